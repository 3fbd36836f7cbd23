import { uuid } from '../../../shared/uuid.ts'
import { transact } from './draftDatabase.ts'
import type { DraftTransaction } from './draftSchema.ts'

/** Beside the tabs' leases, and never swept away: where it is missing, or another one, everything else was removed, too. */
const KEY = 'this device'
const NEVER = Number.MAX_SAFE_INTEGER

/** What marks this database as the one whose drafts were read; it is made where there is none. */
export function markDevice(): Promise<string> {
  return transact({ stores: ['leases'], mode: 'readwrite' }, markIn)
}

/** The same, inside a transaction that somebody else has begun. */
export async function markIn(tx: DraftTransaction): Promise<string> {
  const leases = tx.objectStore('leases')
  const mark = await leases.get(KEY) ?? { tab: uuid(), until: NEVER }
  await leases.put(mark, KEY)
  return mark.tab
}

/** Undefined where there is none. */
export const markOf = async (tx: DraftTransaction): Promise<string | undefined> => (await tx.objectStore('leases').get(KEY))?.tab

/** Undefined where the database is empty, as a browser leaves it that needed the room. */
export function readDeviceMark(): Promise<string | undefined> {
  return transact({ stores: ['leases'], mode: 'readonly' }, markOf)
}
