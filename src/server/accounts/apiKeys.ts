import { createHash } from 'node:crypto'
import { StartError } from '../errors/startError.ts'
import type { Account } from '../identity/account.ts'
import { isRole, type Role } from '../identity/role.ts'

/** A key as the server remembers it: only its hash, so that nothing it writes or logs can tell the key. */
export interface ApiKey {
  /** Hex. */
  sha256: string
  account: Account
  role: Role
}

/** Where an entry stands, for sentences about it: a key is never printed. */
interface Place {
  /** `API_KEYS`. */
  source: string
  /** `entry 3`. */
  entry: string
}

/** Characters of a key that other machines may try. */
const EXPOSED_KEY_CHARS = 16
/** Tenants are names of folders, too. */
const TENANT = /^[\w-]{1,64}$/
const USER = /^[^\s:,][^:,]{0,199}$/
const HASHED = /^sha256:([\da-f]{64}):(.*)$/i

export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex')

/**
 * Reads `key:tenant:user,...`, where `sha256:` and its hash may stand for the key, and a role may follow the user.
 * @param exposed other machines can reach the server
 * @throws StartError
 */
export function readApiKeys(value: string | undefined, exposed: boolean): ApiKey[] {
  return value === undefined ? [] : readEntries({ source: 'API_KEYS', one: 'entry', several: 'entries' }, value.split(',').map((text, i) => ({ text, number: i + 1 })), exposed)
}

/** As `readApiKeys`, one entry a line; empty lines and those that begin with `#` are none. @throws StartError */
export function readKeyLines(text: string, exposed: boolean): ApiKey[] {
  const lines = text.split('\n').map((line, i) => ({ text: line, number: i + 1 })).filter(line => !/^\s*(?:#|$)/.test(line.text))
  if (!lines.length)
    throw new StartError('API_KEYS_FILE holds no key.')
  return readEntries({ source: 'API_KEYS_FILE', one: 'line', several: 'lines' }, lines, exposed)
}

interface Words { source: string, one: string, several: string }

function readEntries({ source, one, several }: Words, entries: readonly { text: string, number: number }[], exposed: boolean): ApiKey[] {
  const first = new Map<string, number>()
  return entries.map(({ text, number }) => {
    const key = readEntry(text.trim(), { source, entry: `${one} ${number}` }, exposed)
    const earlier = first.get(key.sha256)
    if (earlier !== undefined)
      throw new StartError(`${source}: ${several} ${earlier} and ${number} have the same key. Give each user a key of their own.`)
    first.set(key.sha256, number)
    return key
  })
}

function readEntry(text: string, place: Place, exposed: boolean): ApiKey {
  const [, hash, afterHash] = HASHED.exec(text) ?? []
  const [key = '', ...plain] = text.split(':')
  const fields = afterHash?.split(':') ?? plain
  if (!isForm([hash ?? key, ...fields]))
    throw wrongForm(place)
  if (!hash)
    requireKey(key, place, exposed)
  return { sha256: hash?.toLowerCase() ?? hashKey(key), ...readPerson(fields, place) }
}

const isForm = (fields: readonly string[]) => (fields.length === 3 || fields.length === 4) && !fields.includes('') && fields[0] !== 'sha256' // whose 64 digits are not there

const wrongForm = ({ source, entry }: Place, form = 'key:tenant:user') => new StartError(`${source}: ${entry} is not of the form ${form}.`)

function readPerson([tenant = '', user = '', role = 'member']: readonly string[], { source, entry }: Place): Omit<ApiKey, 'sha256'> {
  if (!TENANT.test(tenant))
    throw new StartError(`${source}: the tenant of ${entry} may only have letters, digits, - and _, at most 64 of them.`)
  if (!USER.test(user))
    throw new StartError(`${source}: the user of ${entry} may have at most 200 characters and must not begin with a space.`)
  if (!isRole(role))
    throw wrongForm({ source, entry }, 'key:tenant:user:role, where the role is member or reader')
  return { account: { tenant, user }, role }
}

function requireKey(key: string, { source, entry }: Place, exposed: boolean) {
  if (!/^[\u0021-\u007E]+$/.test(key))
    throw new StartError(`${source}: the key of ${entry} has characters that cannot travel in a header. Use letters, digits and punctuation, without spaces.`)
  if (exposed && key.length < EXPOSED_KEY_CHARS)
    throw new StartError(`${source}: the key of ${entry} is too short. Where other machines can reach the server it needs at least ${EXPOSED_KEY_CHARS} characters; "openssl rand -hex 24" makes one.`)
}
