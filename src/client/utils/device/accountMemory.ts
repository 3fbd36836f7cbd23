/** Which account this browser's person has, so that the app also starts without the server; and what is to be removed of one that left. */
const ACCOUNT = 'satchel.account'
const LEFT = 'satchel.left'

export const rememberedAccount = (): string => read(ACCOUNT) ?? handedOver() ?? 'default'

export function rememberAccount(id: string | undefined): void {
  write(ACCOUNT, id === 'default' ? undefined : id)
}

/** The scope of an account that signed out and wants nothing left here. It is removed at the next start, when nobody writes to it. */
export const leftScope = (): string | undefined => read(LEFT)

export function markLeft(scope: string | undefined): void {
  write(LEFT, scope)
}

/** Begins the page anew for this account where nothing else is remembered: its entry in the tab's history outlives that. */
export function beginAnewAs(id: string, address: string): void {
  history.replaceState({ ...history.state as object | null, account: id }, '', address)
  location.reload()
}

function handedOver(): string | undefined {
  const { account } = (history.state ?? {}) as { account?: unknown }
  return typeof account === 'string' ? account : undefined
}

function read(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined
  }
  catch {
    return undefined // switched off: then nothing was remembered
  }
}

function write(key: string, value: string | undefined) {
  try {
    if (value === undefined)
      localStorage.removeItem(key)
    else
      localStorage.setItem(key, value)
  }
  catch (error) {
    console.warn('This browser does not remember who is signed in.', error)
  }
}
