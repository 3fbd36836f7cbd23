/** The first few in a sentence if there are more: a wall of words helps nobody. That there is one more is never said: it is named. */
export function listOf(words: readonly string[], most: number): string {
  const shown = words.length > most + 1 ? words.slice(0, most) : words
  return shown.join(', ') + (words.length > shown.length ? ` and ${words.length - shown.length} more` : '')
}
