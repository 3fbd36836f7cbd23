import type { Broadcast } from '../machines/broadcast.ts'

const TOPIC = 'counts'
/** Milliseconds between two words to others. Until then they may let as much through as is counted here. */
const TELL_MS = 200
/** Of one scope; the one that began first is forgotten. */
const MOST_KEYS = 5000

type Added = [scope: string, key: string, windowMs: number, more: number]

interface Count { count: number, ends: number }

export type SharedCounts = ReturnType<typeof createSharedCounts>

/** Counts what happens in a window of time, on all machines together. */
export function createSharedCounts({ tellAll, onTold }: Broadcast) {
  const scopes = new Map<string, Map<string, Count>>()
  const untold = new Map<string, Added>()
  let telling: NodeJS.Timeout | undefined

  function tell() {
    telling = undefined
    tellAll(TOPIC, [...untold.values()])
    untold.clear()
  }

  function count([scope, key, windowMs, more]: Added): { count: number, ttl: number } {
    const keys = scopes.get(scope) ?? new Map<string, Count>()
    scopes.set(scope, keys)
    const now = Date.now()
    const known = keys.get(key)
    const current = known && known.ends > now ? known : { count: 0, ends: now + windowMs }
    current.count += more
    keys.delete(key)
    keys.set(key, current)
    const [oldest] = keys.keys()
    if (keys.size > MOST_KEYS && oldest !== undefined)
      keys.delete(oldest)
    return { count: current.count, ttl: current.ends - now }
  }

  onTold(TOPIC, value => (value as Added[]).forEach(count))

  return {
    /** One more. @returns how many in this window, and milliseconds until it ends */
    add(scope: string, key: string, windowMs: number): { count: number, ttl: number } {
      const name = JSON.stringify([scope, key])
      untold.set(name, [scope, key, windowMs, (untold.get(name)?.[3] ?? 0) + 1])
      telling ??= setTimeout(tell, TELL_MS).unref()
      return count([scope, key, windowMs, 1])
    },
  }
}
