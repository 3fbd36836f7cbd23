/** The value of a key, made where there is none. Of more than `most` the least recently used one goes. @param kept the least recently used first */
export function recentlyUsed<Key, Value>(kept: Map<Key, Value>, key: Key, make: () => Value, most: number): Value {
  const value = kept.get(key) ?? make()
  keepRecent(kept, key, value, most)
  return value
}

/** A new value for a key, which is the most recently used one then. Of more than `most` the least recently used one goes. @param kept the least recently used first */
export function keepRecent<Key, Value>(kept: Map<Key, Value>, key: Key, value: Value, most: number): void {
  kept.delete(key)
  kept.set(key, value)
  const [oldest] = kept.keys()
  if (kept.size > most && oldest !== undefined)
    kept.delete(oldest)
}
