/**
 * Under which name this browser keeps what belongs to one account: its database, its unload journal, what its tabs tell
 * each other. Without accounts it is `satchel`. Set at the start of the app, and once in each worker.
 */
const DEFAULT = 'satchel'
let scope = DEFAULT

export const storageScope = (): string => scope

export function setStorageScope(name: string): void {
  scope = name
}

/** @param accountId as the server gives it; `default` where there are no accounts */
export const scopeOf = (accountId: string): string => accountId === 'default' ? DEFAULT : `${DEFAULT}-${accountId}`
