import { errorCode } from '../../../errors/problems.ts'

/** It ends what is under way: another transaction was in its way. The same again may work at once. */
const CONFLICTS = ['40001', '40P01']
const FULL = ['53100']
/** The connection, the server's shutdown or start, too many connections, a server that only reads since a failover, a timeout, a transaction that was silent for too long. */
const UNAVAILABLE = /^(?:08...|57P0[1-5]|53[02]00|25006|25P03|57014|ECONN\w+|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/
/** What the driver throws without a code when a connection ends, or none is to be had. */
const LOST = /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Query read timeout)/

/** Of the database on another machine, in words that the server knows: its `code` is the one a disk would give. */
export class DatabaseError extends Error {
  readonly code: 'ENOSPC' | 'EUNAVAILABLE'

  constructor(code: 'ENOSPC' | 'EUNAVAILABLE', options?: ErrorOptions) {
    super({ ENOSPC: 'the database has no room left', EUNAVAILABLE: 'the database cannot be reached' }[code], options)
    this.code = code
  }
}

/** Whether the same transaction may work when it is tried again. */
export const isConflict = (error: unknown): boolean => CONFLICTS.includes(errorCode(error) ?? '')

/** Does the work. @throws a `DatabaseError` where the database has no room or cannot be reached; `whenLost` is told of the latter */
export async function translating<Result>(work: () => Promise<Result>, whenLost: () => void = () => {}): Promise<Result> {
  try {
    return await work()
  }
  catch (error) {
    const code = errorCode(error) ?? ''
    if (FULL.includes(code))
      throw new DatabaseError('ENOSPC', { cause: error })
    if (!UNAVAILABLE.test(code) && !(error instanceof Error && LOST.test(error.message)))
      throw error
    whenLost()
    throw new DatabaseError('EUNAVAILABLE', { cause: error })
  }
}
