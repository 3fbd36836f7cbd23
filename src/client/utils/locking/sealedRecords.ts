import { packValue, unpackValue } from './packedValue.ts'
import type { OpenLock, SealedBytes } from './lockState.ts'

/** What is left of a record that can be read: what it is found by. */
interface Findable { id?: string, sessionId?: string, position?: number }

/** As it lies in the database. `sealed` is an index: what is not in it lies there as it is. */
type SealedRecord = Findable & SealedBytes & { sealed: 1 }

const isSealed = (value: unknown): value is SealedRecord => typeof value === 'object' && value !== null && 'sealed' in value

/** Names a record, so that one is never taken for another. */
const about = (store: string, key: IDBValidKey) => new TextEncoder().encode(JSON.stringify([store, key]))

/** @param value with its own id, where it is found by that @param key otherwise */
export async function sealRecord({ key: cryptoKey }: OpenLock, store: string, value: object, key: IDBValidKey): Promise<SealedRecord> {
  const { id, sessionId, position } = value as Findable
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const bytes = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: about(store, key) }, cryptoKey, await packValue(value))
  return {
    ...id !== undefined && { id },
    ...sessionId !== undefined && { sessionId },
    ...position !== undefined && { position },
    sealed: 1, iv, bytes: new Uint8Array(bytes),
  }
}

/**
 * One that is not sealed is what it is. Fields beside the seal were written by a tab that had not heard of the lock yet:
 * they are newer.
 */
export async function openRecord(lock: OpenLock, store: string, found: unknown, key: IDBValidKey): Promise<unknown> {
  if (!isSealed(found))
    return found
  const { sealed: _, iv, bytes, ...beside } = found
  const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: about(store, key) }, lock.key, bytes)
  return { ...unpackValue(new Uint8Array(opened)) as object, ...beside }
}
