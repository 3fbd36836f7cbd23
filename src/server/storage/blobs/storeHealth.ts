import type { FastifyBaseLogger } from 'fastify'
import { setTimeout as pause } from 'node:timers/promises'
import type { BlobStore } from './blobStore.ts'

/** Milliseconds for which an answer of the store holds: however many ask, it is asked seldom. */
const FRESH_MS = 2000
/** Milliseconds that whoever asks waits for the store; a balancer waits for a few seconds itself. */
const WAIT_MS = 1500

/** Whether bytes can be put, as far as that is known within a moment. */
export function watchStore(blobs: Pick<BlobStore, 'check'>, log: Pick<FastifyBaseLogger, 'warn'>): () => Promise<'ready' | 'away'> {
  let known: 'ready' | 'away' | undefined
  let askedAt = -Infinity
  let asking: Promise<void> | undefined

  async function ask() {
    try {
      await blobs.check()
      known = 'ready'
    }
    catch (error) {
      if (known !== 'away')
        log.warn(error, 'the store of attachments is away: messages without files go on')
      known = 'away'
    }
    askedAt = performance.now()
    asking = undefined
  }

  return async () => {
    if (performance.now() - askedAt < FRESH_MS)
      return known ?? 'away'
    asking ??= ask()
    const isTold = await Promise.race([asking.then(() => true), pause(WAIT_MS, false, { ref: false })])
    return isTold ? known ?? 'away' : 'away'
  }
}
