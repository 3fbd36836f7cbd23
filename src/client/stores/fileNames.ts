import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { media } from '../workers/media.ts'

/** What files on this device are called whose draft no tab shows: a draft of files alone is named after its first one. */
export const useFileNamesStore = defineStore('fileNames', () => {
  const names = shallowReactive(new Map<string, string>())
  const asked = new Set<string>()

  const nameOf = (mediaId: string | undefined): string | undefined => mediaId === undefined ? undefined : names.get(mediaId)

  /** Reads those that nobody has asked for yet; their bytes are left alone. */
  async function learn(mediaIds: readonly string[]): Promise<void> {
    const ids = mediaIds.filter(id => !asked.has(id))
    if (!ids.length)
      return
    ids.forEach(id => asked.add(id))
    try {
      for (const { id, name } of await media.look(ids))
        names.set(id, name)
    }
    catch (error) {
      ids.forEach(id => asked.delete(id)) // the next change of a draft asks again
      console.warn('The names of the files in some drafts could not be read.', error)
    }
  }

  return { nameOf, learn }
})
