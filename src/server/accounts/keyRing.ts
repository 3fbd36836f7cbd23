import type { Account } from '../identity/account.ts'
import type { ApiKey } from './apiKeys.ts'

export type KeyRing = ReturnType<typeof createKeyRing>

/** The keys that are good now. By hash: how long a look-up takes tells nothing about a key that one could not compute oneself. */
export function createKeyRing(initial: readonly ApiKey[]) {
  let byHash = mapOf(initial)
  const listeners = new Set<() => void>()

  return {
    isEmpty: initial.length === 0,

    find: (sha256: string): ApiKey | undefined => byHash.get(sha256),

    /** The hashes of all keys of this account. */
    hashesOf: ({ tenant, user }: Account): string[] =>
      Array.from(byHash.values()).filter(({ account }) => account.tenant === tenant && account.user === user).map(({ sha256 }) => sha256),

    /** From now on these, and no others. */
    replace(keys: readonly ApiKey[]) {
      byHash = mapOf(keys)
      listeners.forEach(listener => listener())
    },

    onReplaced(listener: () => void) {
      listeners.add(listener)
    },
  }
}

const mapOf = (keys: readonly ApiKey[]) => new Map(keys.map(key => [key.sha256, key]))
