/** Characters. */
const LONGEST_NAME = 120

/** What is to be done, without its marks, as far as a name should go. */
export function itemName(pieces: readonly { type: string, content: string }[]): string {
  const words = pieces.map(({ type, content }) => type.endsWith('break') ? ' ' : content).join('').trim()
  return words.length > LONGEST_NAME ? `${words.slice(0, LONGEST_NAME)}…` : words || 'Item'
}
