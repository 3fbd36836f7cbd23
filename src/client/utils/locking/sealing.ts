import { openWithout as open } from './lockKeys.ts'
import type { LockRecord, OpenLock } from './lockState.ts'

/* What the database needs where there is a lock, loaded then. */

export { sealedTransaction } from './sealedTransaction.ts'

export const openWithout = async (record: LockRecord | undefined): Promise<OpenLock | undefined> => record && open(record)
