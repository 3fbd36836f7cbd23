import { bytesToBase64 } from '../../../shared/base64.ts'
import type { PasskeyRecord } from './lockState.ts'

/*
 * A passkey that answers the same question always in the same way (WebAuthn's `prf`): what it answers becomes a key.
 * No server is asked, so what is signed is looked at by nobody.
 */

export interface AnsweringPasskey {
  id: Uint8Array<ArrayBuffer>
  salt: Uint8Array<ArrayBuffer>
  /** AES-GCM; no script can read it out. */
  answer: CryptoKey
}

/** The message is for the person. */
class PasskeyError extends Error {
  override name = 'PasskeyError'
}

const CANCELLED = 'No passkey was used, and nothing is lost. Try it again, or type the passphrase.'
const NOT_ADDED = 'No passkey was added. Your passphrase opens the drafts as before.'
const WITHOUT_ANSWER = 'This passkey cannot open drafts where it is kept, so it was not added. Keep it in another place, such as this device or a phone.'
const SILENT = 'This passkey does not say what opens the drafts. Nothing is lost: type the passphrase.'

/** Shown where passkeys are listed. */
const NAME = 'Drafts on a device'
/** ES256 and RS256: each authenticator makes one of them. */
const ALGORITHMS = [-7, -257]
/** Milliseconds in which a person finds the phone or the key. */
const PATIENCE = 120_000

const random = (size: number) => crypto.getRandomValues(new Uint8Array(size))

/** Browsers know passkeys of a name only, not of an address in figures. */
const hasName = () => !/^[\d.]+$|^\[/.test(location.hostname)

/** Whether this browser, at this address, has passkeys that answer; where it does not tell, it is tried. */
export async function canHavePasskey(): Promise<boolean> {
  if (typeof PublicKeyCredential === 'undefined' || !hasName())
    return false
  try {
    return (await PublicKeyCredential.getClientCapabilities())['extension:prf'] !== false
  }
  catch {
    return true // an older one
  }
}

/** Asks the person to make one. @throws PasskeyError, a sentence for the person: then there is none */
export async function makePasskey(): Promise<AnsweringPasskey> {
  const salt = random(32)
  const made = await navigator.credentials.create({ publicKey: {
    challenge: random(32),
    rp: { id: location.hostname, name: 'Satchel' },
    // Of its own each time: one with the same id would take the place of that of another device of the person.
    user: { id: random(32), name: NAME, displayName: NAME },
    pubKeyCredParams: ALGORITHMS.map(alg => ({ type: 'public-key', alg })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    timeout: PATIENCE,
    extensions: { prf: { eval: { first: salt } } },
  } }).catch(refuse(NOT_ADDED)) as PublicKeyCredential | null
  const id = made && new Uint8Array(made.rawId)
  if (!id)
    throw new PasskeyError(NOT_ADDED)
  try {
    return { id, salt, answer: await answerOf(made) ?? await asked(made, { id, salt }) }
  }
  catch (error) {
    forgetPasskey(id)
    throw error
  }
}

/** Some answer only when they are used, which the person is asked for a second time. */
async function asked(made: PublicKeyCredential, passkey: Pick<PasskeyRecord, 'id' | 'salt'>): Promise<CryptoKey> {
  if (!made.getClientExtensionResults().prf?.enabled)
    throw new PasskeyError(WITHOUT_ANSWER)
  return askPasskey(passkey).catch(() => { throw new PasskeyError(NOT_ADDED) })
}

/**
 * Asks the person for their passkey.
 * @param signal takes the question back
 * @throws PasskeyError, a sentence for the person
 */
export async function askPasskey({ id, salt }: Pick<PasskeyRecord, 'id' | 'salt'>, signal?: AbortSignal): Promise<CryptoKey> {
  const used = await navigator.credentials.get({ signal, publicKey: {
    challenge: random(32),
    rpId: location.hostname,
    allowCredentials: [{ type: 'public-key', id }],
    userVerification: 'required',
    timeout: PATIENCE,
    extensions: { prf: { eval: { first: salt } } },
  } }).catch(refuse(CANCELLED)) as PublicKeyCredential | null
  const answer = used && await answerOf(used)
  if (!answer)
    throw new PasskeyError(SILENT)
  return answer
}

/** Browsers do not tell a person who said no from one whose passkey is not there. */
const refuse = (sentence: string) => (error: unknown): never => {
  console.warn('The passkey was not used.', error)
  throw new PasskeyError(sentence)
}

async function answerOf(passkey: PublicKeyCredential): Promise<CryptoKey | undefined> {
  const first = passkey.getClientExtensionResults().prf?.results?.first
  if (!first)
    return undefined
  const material = await crypto.subtle.importKey('raw', first, 'HKDF', false, ['deriveKey'])
  const info = new TextEncoder().encode('Satchel: the lock of drafts')
  return crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

/** Tells the browser that it opens nothing any more, where it listens to that: it is not offered again then. */
export function forgetPasskey(id: Uint8Array<ArrayBuffer>): void {
  const credentialId = bytesToBase64(id).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  const { signalUnknownCredential } = PublicKeyCredential as Partial<typeof PublicKeyCredential>
  signalUnknownCredential?.call(PublicKeyCredential, { rpId: location.hostname, credentialId })
    .catch((error: unknown) => console.warn('The passkey is kept, and opens nothing.', error))
}
