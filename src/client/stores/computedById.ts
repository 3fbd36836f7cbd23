import { computed, type ComputedRef } from 'vue'

/**
 * Computed for each id by itself: what changes for one costs nothing for the others.
 * @param isSame whether a new value is as good as the one before, which then stays: nothing that depends on it is done again
 */
export function computedById<Value>(compute: (id: string) => Value, isSame: (value: Value, before: Value) => boolean = Object.is): (id: string) => Value {
  const values = new Map<string, ComputedRef<Value>>()

  function begin(id: string) {
    const value = computed<Value>((before) => {
      const now = compute(id)
      return before !== undefined && isSame(now, before) ? before : now
    })
    values.set(id, value)
    return value
  }

  return id => (values.get(id) ?? begin(id)).value
}
