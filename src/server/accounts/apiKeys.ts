import { createHash } from 'node:crypto'
import { StartError } from '../errors/startError.ts'
import type { Account } from '../identity/account.ts'

/** A key as the server remembers it: only its hash, so that nothing it writes or logs can tell the key. */
export interface ApiKey {
  /** Hex. */
  sha256: string
  account: Account
}

/** Characters of a key that other machines may try. */
const EXPOSED_KEY_CHARS = 16
/** Tenants are names of folders, too. */
const TENANT = /^[\w-]{1,64}$/
const USER = /^[^\s:,][^:,]{0,199}$/

export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex')

/**
 * Reads `key:tenant:user,...`. The sentences name entries by their place: a key is never printed.
 * @param exposed other machines can reach the server
 * @throws StartError
 */
export function readApiKeys(value: string | undefined, exposed: boolean): ApiKey[] {
  if (value === undefined)
    return []
  const keys = value.split(',').map((entry, i) => readEntry(entry.trim(), i + 1, exposed))
  const first = new Map<string, number>()
  for (const [i, { sha256 }] of keys.entries()) {
    const earlier = first.get(sha256)
    if (earlier !== undefined)
      throw new StartError(`API_KEYS: entries ${earlier} and ${i + 1} have the same key. Give each user a key of their own.`)
    first.set(sha256, i + 1)
  }
  return keys
}

function readEntry(entry: string, place: number, exposed: boolean): ApiKey {
  const [key, tenant, user, ...rest] = entry.split(':')
  if (!key || !tenant || !user || rest.length)
    throw new StartError(`API_KEYS: entry ${place} is not of the form key:tenant:user.`)
  if (!/^[\u0021-\u007E]+$/.test(key))
    throw new StartError(`API_KEYS: the key of entry ${place} has characters that cannot travel in a header. Use letters, digits and punctuation, without spaces.`)
  if (exposed && key.length < EXPOSED_KEY_CHARS)
    throw new StartError(`API_KEYS: the key of entry ${place} is too short. Where other machines can reach the server it needs at least ${EXPOSED_KEY_CHARS} characters; "openssl rand -hex 24" makes one.`)
  if (!TENANT.test(tenant))
    throw new StartError(`API_KEYS: the tenant of entry ${place} may only have letters, digits, - and _, at most 64 of them.`)
  if (!USER.test(user))
    throw new StartError(`API_KEYS: the user of entry ${place} may have at most 200 characters and must not begin with a space.`)
  return { sha256: hashKey(key), account: { tenant, user } }
}
