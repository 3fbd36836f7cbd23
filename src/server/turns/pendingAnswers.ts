import type { AskedPart } from '../agents/agent.ts'

type Resolve = (part: AskedPart) => void

export type PendingAnswers = ReturnType<typeof createPendingAnswers>

/** Questions and permissions that a running turn waits for, by message and part. */
export function createPendingAnswers() {
  const waiting = new Map<string, Resolve>()
  const keyOf = (messageId: string, partId: string) => `${messageId} ${partId}`

  return {
    /** Resolves with the answered part; rejects when the signal aborts. It waits as long as that takes. */
    wait(messageId: string, partId: string, signal: AbortSignal): Promise<AskedPart> {
      const key = keyOf(messageId, partId)
      return new Promise<AskedPart>((resolve, reject) => {
        const stop = () => reject(signal.reason as Error)
        if (signal.aborted)
          return stop()
        signal.addEventListener('abort', stop, { once: true })
        waiting.set(key, (part) => {
          signal.removeEventListener('abort', stop)
          resolve(part)
        })
      }).finally(() => waiting.delete(key))
    },

    /** Hands the answer to the turn that waits for it, if one does here. */
    resolve: (messageId: string, part: AskedPart) => waiting.get(keyOf(messageId, part.id))?.(part),
  }
}
