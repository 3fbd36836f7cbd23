/** Characters of what a person says of a picture. */
export const CAPTION_CHARS = 1000

/** One line of at most `CAPTION_CHARS` characters, without half ones; undefined where nothing is said. */
export function cleanCaption(caption: string | null | undefined): string | undefined {
  const line = (caption ?? '').replace(/\p{Surrogate}/gu, '\uFFFD').replace(/\s+/g, ' ').trim()
  return Array.from(line).slice(0, CAPTION_CHARS).join('').trim() || undefined
}
