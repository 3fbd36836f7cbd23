import { randomBytes } from 'node:crypto'
import { refusal } from '../errors/problems.ts'
import type { Database } from '../storage/database/database.ts'
import type { Broadcast } from '../machines/broadcast.ts'
import { KEYLESS, type Account } from '../identity/account.ts'
import type { Role } from '../identity/role.ts'
import { hashKey, type ApiKey } from './apiKeys.ts'
import type { KeyRing } from './keyRing.ts'

/** Milliseconds until a person has to give the key again. */
export const SIGN_IN_MS = 30 * 24 * 60 * 60 * 1000

/** Who asks, and how that is known. */
export interface Identity {
  account: Account
  role: Role
  /** Hex, of the key that was shown, now or when signing in; none where none is needed. */
  keySha256?: string
  /** Where a browser signed in; without it the key itself was shown, or none is needed. */
  signIn?: { id: string, expiresAt: number }
}

export interface NewSignIn {
  identity: Identity
  /** For the browser's cookie. Here only its hash is kept. */
  token: string
}

export type Accounts = ReturnType<typeof createAccounts>

/** Who may use this server: whoever shows a key, or the cookie that a key was turned into. */
export function createAccounts({ database, keys, machines }: { database: Database, keys: KeyRing, machines: Broadcast }) {
  const present = new Set<Present>()

  const identityOf = ({ account, role, sha256 }: ApiKey): Identity => ({ account, role, keySha256: sha256 })

  /** Lines that are open on this machine. */
  function end(isOver: (identity: Identity) => boolean) {
    for (const { identity, leave } of present) {
      if (isOver(identity))
        leave()
    }
  }

  function isGood({ account, role, keySha256 }: Identity): boolean {
    const key = keys.find(keySha256 ?? '')
    return key !== undefined && key.role === role && isSame(key.account, account)
  }

  function endSignedOut({ signInId, account }: SignedOut) {
    end(identity => signInId !== undefined ? identity.signIn?.id === signInId : account !== undefined && isSame(identity.account, account))
  }

  function tellSignedOut(who: SignedOut) {
    endSignedOut(who)
    machines.tellAll(SIGNED_OUT, who)
  }

  machines.onTold(SIGNED_OUT, who => endSignedOut(who as SignedOut))
  keys.onReplaced(() => end(identity => !isGood(identity)))

  return {
    /** Without keys everybody who reaches the server is the same one. */
    required: !keys.isEmpty,
    keyless: { account: KEYLESS, role: 'member' } satisfies Identity as Identity,

    ofKey(key: string): Identity | undefined {
      const found = keys.find(hashKey(key))
      return found && identityOf(found)
    },

    /** Undefined when it is unknown or over, or its key was taken back since. */
    async ofToken(token: string): Promise<Identity | undefined> {
      const id = hashKey(token)
      const row = await database.selectFrom('sign_ins').selectAll().where('id', '=', id).executeTakeFirst()
      const key = row && keys.find(row.key_sha256)
      const expiresAt = row ? Date.parse(row.expires_at) : 0
      return key && expiresAt > Date.now() ? { ...identityOf(key), signIn: { id, expiresAt } } : undefined
    },

    /** @throws a 401 that says no more than that the key is not one */
    async signIn(key: string): Promise<NewSignIn> {
      const found = keys.find(hashKey(key))
      if (!found)
        throw refusal(401, 'wrong_key', 'This key is not known here. Check that it was copied as a whole.')
      const token = randomBytes(32).toString('base64url')
      const now = Date.now()
      const signIn = { id: hashKey(token), expiresAt: now + SIGN_IN_MS }
      await database.deleteFrom('sign_ins').where('expires_at', '<', new Date(now).toISOString()).execute()
      await database.insertInto('sign_ins').values({
        id: signIn.id,
        key_sha256: found.sha256,
        created_at: new Date(now).toISOString(),
        expires_at: new Date(signIn.expiresAt).toISOString(),
      }).execute()
      return { identity: { ...identityOf(found), signIn }, token }
    },

    async signOut(signInId: string) {
      await database.deleteFrom('sign_ins').where('id', '=', signInId).execute()
      tellSignedOut({ signInId })
    },

    /** In all browsers, and on every line that is open. Whoever has the key can come back with it. */
    async signOutEverywhere(account: Account) {
      await database.deleteFrom('sign_ins').where('key_sha256', 'in', keys.hashesOf(account)).execute()
      tellSignedOut({ account })
    },

    /** For a line that stays open. @param leave called when this identity is not good any more @returns how to stop listening */
    stay(identity: Identity, leave: () => void) {
      const entry: Present = { identity, leave }
      present.add(entry)
      return () => void present.delete(entry)
    },
  }
}

const SIGNED_OUT = 'signed_out'
/** One sign-in, or all lines of an account. */
interface SignedOut { signInId?: string, account?: Account }

/** A line that is open on somebody's behalf. */
interface Present { identity: Identity, leave: () => void }

const isSame = (a: Account, b: Account) => a.tenant === b.tenant && a.user === b.user
