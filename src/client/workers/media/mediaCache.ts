import type { DraftMedia } from '../../utils/files/fileUtils.ts'
import { forgetBytesOf } from './duplicates.ts'
import { dropEncoded } from './encodedBytes.ts'

/** What this tab knows of medias beside what the device holds: the one place that all tasks ask. */
function createMediaCache() {
  /** Medias that found no room on this device: usable as long as the tab lives. */
  const tabOnly = new Map<string, DraftMedia>()
  /** Removed, perhaps while being prepared: such a media must not come back when it is ready. */
  const removed = new Set<string>()

  return {
    isRemoved: (id: string): boolean => removed.has(id),
    isTabOnly: (id: string): boolean => tabOnly.has(id),
    tabOnlyOf: (ids: readonly string[]): DraftMedia[] => ids.flatMap(id => tabOnly.get(id) ?? []),
    keepInTab: (media: DraftMedia): void => void tabOnly.set(media.id, media),

    /** @returns the media, where only this tab had it */
    remove(id: string): DraftMedia | undefined {
      const media = tabOnly.get(id)
      removed.add(id)
      tabOnly.delete(id)
      forgetBytesOf(id)
      dropEncoded(id)
      return media
    },

    restore: (id: string): void => void removed.delete(id),
  }
}

export const mediaCache = createMediaCache()
