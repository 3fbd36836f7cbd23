import type { LockRecord, OpenLock } from './lockState.ts'

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

/** A new lock with keys of its own. @param minutes until it is locked by itself; 0: never */
export async function makeLock(passphrase: string, minutes: number): Promise<OpenLock> {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const secret = crypto.getRandomValues(new Uint8Array(2 * KEY_BYTES))
  const wrapping = await keyOf(passphrase, salt, ITERATIONS)
  const bytes = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, wrapping, secret))
  return withSecret({ state: 'on', salt, iterations: ITERATIONS, wrapped: { iv, bytes }, minutes }, secret)
}

/** @throws WrongPassphraseError */
export async function openLock(record: LockRecord, passphrase: string): Promise<OpenLock> {
  return withSecret(record, await secretOf(record, passphrase))
}

/** The same lock, from now on without effect. @throws WrongPassphraseError */
export async function openForGood(record: LockRecord, passphrase: string): Promise<OpenLock> {
  const secret = await secretOf(record, passphrase)
  return withSecret({ ...record, state: 'off', secret }, secret)
}

/** One that is off; undefined where a passphrase is needed. */
export async function openWithout(record: LockRecord): Promise<OpenLock | undefined> {
  return record.secret && withSecret(record, record.secret)
}

async function secretOf({ salt, iterations, wrapped: { iv, bytes } }: LockRecord, passphrase: string) {
  const wrapping = await keyOf(passphrase, salt, iterations)
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, wrapping, bytes))
  }
  catch {
    throw new WrongPassphraseError() // the only thing that can be wrong with it
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
