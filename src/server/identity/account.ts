import { createHash } from 'node:crypto'
import type { Author } from '../../shared/protocol/message.ts'

/** On whose behalf something is done. Users of one tenant share its sessions. */
export interface Account {
  tenant: string
  user: string
}

/** As one string, for maps. */
export const accountText = ({ tenant, user }: Account): string => JSON.stringify([tenant, user])

/** Whose everything is where there are no keys, and was before there were any. */
export const DEFAULT_TENANT = 'default'
export const KEYLESS: Account = { tenant: DEFAULT_TENANT, user: 'default' }

/** A name that tells nobody who it is; what a browser keeps for this account is kept under it. */
export function accountId(account: Account): string {
  if (account === KEYLESS)
    return DEFAULT_TENANT
  return createHash('sha256').update(accountText(account)).digest('hex').slice(0, 20)
}

/** As whom the others of the tenant see this account; null where nobody signs in, and all are the same one. */
export const authorOf = (account: Account): Author | null =>
  account === KEYLESS ? null : { id: accountId(account), name: account.user }
