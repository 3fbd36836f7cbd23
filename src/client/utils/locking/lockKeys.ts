import type { LockRecord, OpenLock, PasskeyRecord, SealedBytes } from './lockState.ts'
import type { AnsweringPasskey } from './passkey.ts'

/** What OWASP asks of PBKDF2 with SHA-256. */
const ITERATIONS = 600_000
const KEY_BYTES = 32

/** The message is for the person. */
class WrongPassphraseError extends Error {
  override name = 'WrongPassphraseError'

  constructor() {
    super('That is not the passphrase. Nothing is lost: try again.')
  }
}

/** The message is for the person. */
class WrongPasskeyError extends Error {
  override name = 'WrongPasskeyError'

  constructor() {
    super('That passkey does not open these drafts. Nothing is lost: type the passphrase.')
  }
}

/** A new lock with keys of its own. @param minutes until it is locked by itself; 0: never */
export async function makeLock(passphrase: string, minutes: number): Promise<OpenLock> {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const secret = crypto.getRandomValues(new Uint8Array(2 * KEY_BYTES))
  const wrapped = await seal(await keyOf(passphrase, salt, ITERATIONS), secret)
  return withSecret({ state: 'on', salt, iterations: ITERATIONS, wrapped, minutes }, secret)
}

/** @throws WrongPassphraseError */
export async function openLock(record: LockRecord, passphrase: string): Promise<OpenLock> {
  return withSecret(record, await secretOf(record, passphrase))
}

/** @throws WrongPasskeyError */
export async function openLockWith(record: LockRecord, { wrapped }: PasskeyRecord, answer: CryptoKey): Promise<OpenLock> {
  const secret = await unseal(answer, wrapped)
  if (!secret)
    throw new WrongPasskeyError()
  return withSecret(record, secret)
}

/**
 * The same lock, which a passkey opens as well. The passphrase is asked for: whoever finds the drafts open is not to
 * leave a door of their own.
 * @param make asks the person for a passkey, when the passphrase was right
 * @throws WrongPassphraseError, and what `make` throws
 */
export async function addPasskey(record: LockRecord, passphrase: string, make: () => Promise<AnsweringPasskey>): Promise<OpenLock> {
  const secret = await secretOf(record, passphrase)
  const { id, salt, answer } = await make()
  return withSecret({ ...record, passkey: { id, salt, wrapped: await seal(answer, secret) } }, secret)
}

/** The same lock, which only the passphrase opens. */
export function removePasskey({ record: { passkey: _, ...record }, ...keys }: OpenLock): OpenLock {
  return { ...keys, record }
}

/** The same lock, from now on without effect. @throws WrongPassphraseError */
export async function openForGood(record: LockRecord, passphrase: string): Promise<OpenLock> {
  const secret = await secretOf(record, passphrase)
  return removePasskey(await withSecret({ ...record, state: 'off', secret }, secret))
}

/** One that is off; undefined where a passphrase is needed. */
export async function openWithout(record: LockRecord): Promise<OpenLock | undefined> {
  return record.secret && withSecret(record, record.secret)
}

async function secretOf({ salt, iterations, wrapped }: LockRecord, passphrase: string) {
  const secret = await unseal(await keyOf(passphrase, salt, iterations), wrapped)
  if (!secret)
    throw new WrongPassphraseError()
  return secret
}

async function seal(key: CryptoKey, secret: Uint8Array<ArrayBuffer>): Promise<SealedBytes> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  return { iv, bytes: new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, secret)) }
}

/** Undefined where the key is another one: nothing else can be wrong with it. */
async function unseal(key: CryptoKey, { iv, bytes }: SealedBytes) {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, bytes))
  }
  catch {
    return undefined
  }
}

async function withSecret(record: LockRecord, secret: Uint8Array<ArrayBuffer>): Promise<OpenLock> {
  const key = await crypto.subtle.importKey('raw', secret.slice(0, KEY_BYTES), 'AES-GCM', false, ['encrypt', 'decrypt'])
  return { record, key, journalKey: secret.slice(KEY_BYTES) }
}

/** As different keyboards write the same passphrase. */
async function keyOf(passphrase: string, salt: Uint8Array<ArrayBuffer>, iterations: number) {
  const material = await crypto.subtle.importKey('raw', new TextEncoder().encode(passphrase.normalize('NFKC')), 'PBKDF2', false, ['deriveKey'])
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}
