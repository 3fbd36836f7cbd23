import { z } from 'zod'
import type { MemoryEntry } from '../../agent.ts'

/** The SDK keeps a call a moment after it has asked whether it may be. */
const PATIENCE_MS = 5000

const Called = z.object({ message: z.object({ content: z.array(z.object({ type: z.string(), id: z.string().optional() })) }) })

/** Which calls of tools the conversation holds, so that a question about them would come again after a crash. */
export function createKeptCalls() {
  const kept = new Set<string>()
  const waiting = new Map<string, () => void>()

  return {
    /** The entries are in the database. */
    note(entries: readonly MemoryEntry[]) {
      for (const { id } of entries.flatMap(entry => Called.safeParse(entry).data?.message.content ?? [])) {
        if (id === undefined)
          continue
        kept.add(id)
        waiting.get(id)?.()
      }
    },

    /** Resolves when the call is kept, or when that takes too long: it is then asked all the same. */
    async wait(id: string): Promise<void> {
      if (kept.has(id))
        return
      await new Promise<void>((resolve) => {
        const patience = setTimeout(resolve, PATIENCE_MS)
        waiting.set(id, () => {
          clearTimeout(patience)
          resolve()
        })
      })
    },
  }
}
