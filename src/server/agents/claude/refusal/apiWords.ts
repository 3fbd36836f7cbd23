import type { MemoryEntry } from '../../agent.ts'

/** The SDK writes its entry a moment before or after it has told us. */
const PATIENCE_MS = 5000

/** The API's own words about entries that failed; the SDK's messages hold a paraphrase only. */
export function createApiWords() {
  const words = new Map<string, string | undefined>()
  const waiting = new Map<string, (found: string | undefined) => void>()

  return {
    note(entries: readonly MemoryEntry[]) {
      for (const { uuid, type, errorDetails } of entries) {
        if (uuid === undefined || type !== 'assistant')
          continue
        const found = typeof errorDetails === 'string' ? errorDetails : undefined
        words.set(uuid, found)
        waiting.get(uuid)?.(found)
      }
    },

    /** Undefined where there are none: a refusal is then told less exactly. */
    async find(uuid: string): Promise<string | undefined> {
      if (words.has(uuid))
        return words.get(uuid)
      return new Promise((resolve) => {
        const done = (found: string | undefined) => {
          clearTimeout(patience)
          resolve(found)
        }
        const patience = setTimeout(done, PATIENCE_MS, undefined)
        waiting.set(uuid, done)
      })
    },
  }
}
