import { computed } from 'vue'

/** Few enough to be drawn within a frame, so many that a long answer has not many groups. */
const SIZE = 25

/** The blocks of a text in groups of one size. A group in which nothing has changed is the same one, and is not drawn again. */
export function useGroups(blocks: () => readonly string[]) {
  return computed((before?: (readonly string[])[]) => {
    const all = blocks()
    const count = Math.ceil(all.length / SIZE)
    return Array.from({ length: count }, (_, i) => {
      const group = all.slice(i * SIZE, (i + 1) * SIZE)
      const earlier = before?.[i]
      return earlier && isSame(earlier, group) ? earlier : group
    })
  })
}

const isSame = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((block, i) => block === other[i])
