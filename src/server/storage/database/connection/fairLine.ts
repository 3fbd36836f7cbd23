/** A line in which each key has one turn after the other keys' next ones, and its own stay in their order. */
export function createFairLine<Item>() {
  const lines = new Map<string, Item[]>() // the key that is next comes first
  let length = 0

  return {
    get length(): number {
      return length
    },

    add(key: string, item: Item) {
      const line = lines.get(key)
      if (line)
        line.push(item)
      else
        lines.set(key, [item])
      length++
    },

    /** Undefined where nobody waits. */
    next(): Item | undefined {
      const [first] = lines
      if (!first)
        return undefined
      const [key, line] = first
      const item = line.shift()
      lines.delete(key)
      if (line.length)
        lines.set(key, line) // behind the other keys
      length--
      return item
    },
  }
}
