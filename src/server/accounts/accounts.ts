import { randomBytes } from 'node:crypto'
import { refusal } from '../errors/problems.ts'
import type { Database } from '../storage/database/database.ts'
import { KEYLESS, type Account } from '../identity/account.ts'
import { hashKey, type ApiKey } from './apiKeys.ts'

/** Milliseconds until a person has to give the key again. */
export const SIGN_IN_MS = 30 * 24 * 60 * 60 * 1000

/** Who asks, and how that is known. */
export interface Identity {
  account: Account
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
export function createAccounts({ database, apiKeys }: { database: Database, apiKeys: readonly ApiKey[] }) {
  // By hash: how long a look-up takes tells nothing about a key that one could not compute oneself.
  const byHash = new Map(apiKeys.map(key => [key.sha256, key]))
  const listeners = new Set<(signInId: string) => void>()

  return {
    /** Without keys everybody who reaches the server is the same one. */
    required: apiKeys.length > 0,
    keyless: { account: KEYLESS } satisfies Identity as Identity,

    ofKey(key: string): Identity | undefined {
      const found = byHash.get(hashKey(key))
      return found && { account: found.account }
    },

    /** Undefined when it is unknown or over, or its key was taken back since. */
    async ofToken(token: string): Promise<Identity | undefined> {
      const id = hashKey(token)
      const row = await database.selectFrom('sign_ins').selectAll().where('id', '=', id).executeTakeFirst()
      const key = row && byHash.get(row.key_sha256)
      const expiresAt = row ? Date.parse(row.expires_at) : 0
      return key && expiresAt > Date.now() ? { account: key.account, signIn: { id, expiresAt } } : undefined
    },

    /** @throws a 401 that says no more than that the key is not one */
    async signIn(key: string): Promise<NewSignIn> {
      const found = byHash.get(hashKey(key))
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
      return { identity: { account: found.account, signIn }, token }
    },

    async signOut(signInId: string) {
      await database.deleteFrom('sign_ins').where('id', '=', signInId).execute()
      for (const listener of listeners)
        listener(signInId)
    },

    /** Returns how to stop listening. */
    onSignOut(listener: (signInId: string) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
