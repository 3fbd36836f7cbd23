import { cleanCaption } from '../../../../shared/files/caption.ts'
import { createKeyedQueue } from '../../../../shared/keyedQueue.ts'
import { saveCaption } from '../../../utils/storage/thumbnailStorage.ts'
import { recaption } from '../encodedBytes.ts'
import { getMedia } from '../heldMedias.ts'
import { mediaCache } from '../mediaCache.ts'

const queue = createKeyedQueue()

/** Says something of a file. @returns as it is kept @throws where it is gone */
export function setCaption(id: string, given: string): Promise<string | undefined> {
  const caption = cleanCaption(given)
  return queue.run(id, async () => {
    if (mediaCache.isTabOnly(id))
      mediaCache.keepInTab({ ...await getMedia(id), caption })
    else if (!await saveCaption(id, caption))
      throw new Error('it is no longer in this draft')
    recaption(id, caption)
    return caption
  })
}
