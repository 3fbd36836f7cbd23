import type { OutboxMessage } from '../../utils/storage/draftSchema.ts'
import { restoreOutboxMessage } from '../../utils/storage/outbox/outboxStorage.ts'
import { copyOf, type Look } from './encodedBytes.ts'
import { mediaCache } from './mediaCache.ts'
import { save } from './attachTasks.ts'

/* What the browser has removed from the device, as far as this tab still has it. */

/**
 * Saves a draft's medias again.
 * @param shown in their order
 * @returns those that are usable again, and whether the device has them
 */
export async function saveAgain(shown: readonly Look[]): Promise<{ id: string, saved: boolean }[]> {
  const usable: { id: string, saved: boolean }[] = []
  for (const [i, look] of shown.entries()) {
    const copy = await copyOf(look)
    if (!copy || mediaCache.isRemoved(look.id))
      continue
    const { saved } = await save(copy.media, copy.thumbnail, shown.slice(0, i).map(({ id }) => id))
    usable.push({ id: look.id, saved })
  }
  return usable
}

/**
 * Saves a message again, where it is whole.
 * @param shown how its medias look
 * @returns those that are gone: then nothing was saved
 */
export async function saveMessageAgain(message: OutboxMessage, shown: readonly Look[]): Promise<string[]> {
  const looks = new Map(shown.map(look => [look.id, look]))
  const medias = await Promise.all(message.mediaIds.map(id => copyOf(looks.get(id) ?? { id, mimeType: '' })))
  const there = medias.flatMap(media => media ?? [])
  if (there.length === medias.length)
    await restoreOutboxMessage({ message, medias: there })
  return message.mediaIds.filter((_, i) => !medias[i])
}
