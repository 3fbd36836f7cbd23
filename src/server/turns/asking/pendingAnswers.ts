import type { Answered } from '../../agents/agent.ts'

export type PendingAnswers = ReturnType<typeof createPendingAnswers>

/** Questions and permissions that running turns wait for, by message and part. */
export function createPendingAnswers() {
  const waiting = new Map<string, (answer: Answered) => void>()
  const keyOf = (messageId: string, partId: string) => `${messageId} ${partId}`

  return {
    /** Resolves with the answer; rejects when the signal aborts. It waits as long as that takes. */
    wait(messageId: string, partId: string, signal: AbortSignal): Promise<Answered> {
      const key = keyOf(messageId, partId)
      return new Promise<Answered>((resolve, reject) => {
        const stop = () => reject(signal.reason as Error)
        if (signal.aborted)
          return stop()
        signal.addEventListener('abort', stop, { once: true })
        waiting.set(key, (answer) => {
          signal.removeEventListener('abort', stop)
          resolve(answer)
        })
      }).finally(() => waiting.delete(key))
    },

    /** Hands the answer to the turn that waits for it. @returns whether one does */
    resolve(messageId: string, answer: Answered): boolean {
      const take = waiting.get(keyOf(messageId, answer.part.id))
      take?.(answer)
      return take !== undefined
    },
  }
}
