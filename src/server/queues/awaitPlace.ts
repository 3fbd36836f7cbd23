import type { FairQueue } from './fairQueue.ts'

/**
 * Where no place is free it waits for the tenant's next one, and says so.
 * @param tell whether it waits
 * @returns how to leave the place; undefined where it was stopped meanwhile
 */
export async function awaitPlace(places: FairQueue, tenant: string, signal: AbortSignal, tell: (waits: boolean) => Promise<void>): Promise<(() => void) | undefined> {
  const waits = places.isFull(tenant)
  if (waits)
    await tell(true)
  try {
    return await places.acquire(tenant, signal)
  }
  catch (error) {
    if (!signal.aborted)
      throw error
    return undefined
  }
  finally {
    if (waits)
      void tell(false)
  }
}
