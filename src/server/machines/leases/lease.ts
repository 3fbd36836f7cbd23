import type { SessionKey } from '../../identity/sessionKey.ts'

export interface Lease {
  session: SessionKey
  epoch: number
  /** As `performance.now()`, which also counts while the process is frozen: from when the database was asked. */
  validUntil: number
  uses: number
  idleSince: number
  /** When what the last machine left is taken up. */
  ready: Promise<unknown>
  /** Resolves when nothing of it runs here any more. */
  ending?: Promise<void>
}

export const isGood = (lease: Lease): boolean => !lease.ending && performance.now() < lease.validUntil

/** It is not given back before this is over. @returns how to end it */
export function use(lease: Lease): () => void {
  lease.uses++
  let isOver = false
  return () => {
    if (isOver)
      return
    isOver = true
    lease.uses--
    lease.idleSince = performance.now()
  }
}
