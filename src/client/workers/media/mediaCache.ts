import type { DraftMedia } from '../../utils/files/fileUtils.ts'
import type { Thumbnail } from '../../utils/images/thumbnail.ts'
import { forgetBytesOf } from './duplicates.ts'
import { dropEncoded } from './encodedBytes.ts'

/** What this tab knows of medias beside what the device holds: the one place that all tasks ask. */
function createMediaCache() {
  /** Medias that found no room on this device: usable as long as the tab lives. */
  const tabOnly = new Map<string, DraftMedia>()
  /** How those look of which that is known. */
  const pictures = new Map<string, Thumbnail>()
  /** Removed, perhaps while being prepared: such a media must not come back when it is ready. */
  const removed = new Set<string>()

  return {
    isRemoved: (id: string): boolean => removed.has(id),
    isTabOnly: (id: string): boolean => tabOnly.has(id),
    tabOnlyOf: (ids: readonly string[]): DraftMedia[] => ids.flatMap(id => tabOnly.get(id) ?? []),
    pictureOf: (id: string): Thumbnail | undefined => pictures.get(id),

    /** @param picture how it looks, where that is known or has changed */
    keepInTab(media: DraftMedia, picture?: Thumbnail): void {
      tabOnly.set(media.id, media)
      if (picture)
        pictures.set(media.id, picture)
    },

    /** It found room on the device after all. */
    leaveTab(id: string): void {
      tabOnly.delete(id)
      pictures.delete(id)
    },

    /** @returns the media, where only this tab had it */
    remove(id: string): DraftMedia | undefined {
      const media = tabOnly.get(id)
      removed.add(id)
      tabOnly.delete(id)
      pictures.delete(id)
      forgetBytesOf(id)
      dropEncoded(id)
      return media
    },

    restore: (id: string): void => void removed.delete(id),
  }
}

export const mediaCache = createMediaCache()
