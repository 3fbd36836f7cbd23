/** Characters: what is longer is made anew. While an answer grows its last block is another text with every frame. */
const LONGEST = 10_000

/**
 * Remembers what was made of texts lately.
 * @param room characters that all of it may have, what it was made of included; the oldest goes first
 */
export function createTextCache(make: (text: string) => string, room: number): (text: string) => string {
  const made = new Map<string, string>()
  let held = 0

  function keep(text: string, result: string) {
    made.set(text, result)
    held += text.length + result.length
    for (const [oldest, its] of made) {
      if (held <= room)
        return
      made.delete(oldest)
      held -= oldest.length + its.length
    }
  }

  return (text) => {
    const there = made.get(text)
    if (there !== undefined)
      return there
    const result = make(text)
    if (text.length <= LONGEST)
      keep(text, result)
    return result
  }
}
