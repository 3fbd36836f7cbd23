let asked = false

/**
 * Asks the browser once to keep what is stored here even when the device runs out of room. Some browsers ask
 * the person, so it is done when there is something to lose.
 */
export function askToKeepStorage(): void {
  if (asked)
    return
  asked = true
  navigator.storage?.persist?.().catch((error: unknown) => console.warn('The browser was not asked to keep the drafts.', error))
}

/** Asks again, because the person wants it. @returns whether the browser keeps what is stored here */
export async function keepStorage(): Promise<boolean> {
  asked = true
  return await navigator.storage?.persist?.() ?? false
}

/** How this browser stores things for the app. Bytes; undefined where it does not say. */
export interface DeviceStorage {
  used?: number
  /** What is left of what the browser allows. */
  free?: number
  /** It is not cleared when the device runs out of room. */
  persistent?: boolean
}

export async function examineStorage(): Promise<DeviceStorage> {
  const [{ usage, quota }, persistent] = await Promise.all([
    navigator.storage?.estimate?.() ?? {},
    navigator.storage?.persisted?.(),
  ])
  return { used: usage, free: usage === undefined || quota === undefined ? undefined : Math.max(0, quota - usage), persistent }
}
