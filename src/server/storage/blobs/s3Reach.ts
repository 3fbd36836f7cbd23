import { setTimeout as pause } from 'node:timers/promises'
import { BlobStoreError } from './blobStore.ts'
import { S3_PATIENCE } from './s3Patience.ts'

export type S3Reach = ReturnType<typeof createS3Reach>

/**
 * Whether S3 answers. Where it takes requests and says nothing, the first who ask wait for long; those after them need
 * not: one asks for all of them, in the background, and they are told after a moment that it is away.
 * @param ask anything that S3 answers at once; it need not pass here
 */
export function createS3Reach(ask: () => Promise<unknown>) {
  let heardAt = -Infinity
  /** Why it is away. */
  let reason: Error | undefined
  let asking: Promise<unknown> | undefined

  function askForAll() {
    asking ??= ask().catch(() => undefined).finally(() => { asking = undefined })
    return asking
  }

  return {
    heard() {
      heardAt = performance.now()
      reason = undefined
    },

    /** Somebody waited in vain. Where others heard something meanwhile, it is not away. */
    silent(why: Error) {
      if (performance.now() - heardAt > S3_PATIENCE.connectMs)
        reason ??= why
    },

    /** @throws EUNAVAILABLE where it is away, after a moment in which it could have come back */
    async pass() {
      if (reason)
        await Promise.race([askForAll(), pause(S3_PATIENCE.awayMs, undefined, { ref: false })])
      if (reason)
        throw new BlobStoreError('EUNAVAILABLE', { cause: reason })
    },
  }
}
