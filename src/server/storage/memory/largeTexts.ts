/** Characters from which a base64 text of an entry lies in the blob store. */
const LARGE_CHARS = 32 * 1024

/** Names and places on the way to a text. */
export type Path = (string | number)[]

export interface LargeText { path: Path, bytes: Buffer }

/** The value without its large base64 texts, and these as bytes. What is put back makes the very same value. */
export function takeOut(value: unknown): { value: unknown, taken: LargeText[] } {
  const taken: LargeText[] = []
  const walk = (part: unknown, path: Path): unknown => {
    if (typeof part === 'string')
      return take(part, path)
    if (Array.isArray(part))
      return part.map((item, i) => walk(item, [...path, i]))
    return part !== null && typeof part === 'object'
      ? Object.fromEntries(Object.entries(part).map(([name, item]) => [name, walk(item, [...path, name])]))
      : part
  }
  const take = (text: string, path: Path) => {
    if (text.length < LARGE_CHARS)
      return text
    const bytes = Buffer.from(text, 'base64')
    if (bytes.toString('base64') !== text) // another text, or base64 that would not come back as it was
      return text
    taken.push({ path, bytes })
    return ''
  }
  return { value: walk(value, []), taken }
}

/** Puts a text back where it was taken out. */
export function putBack(value: unknown, path: Path, text: string) {
  let part = value as Record<string | number, unknown>
  for (const step of path.slice(0, -1))
    part = part[step] as Record<string | number, unknown>
  const last = path.at(-1)
  if (last !== undefined)
    part[last] = text
}
