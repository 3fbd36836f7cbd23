/** A document read as text. */
export interface OfficeText {
  text: string
  /** "3 sheets", "12 slides, without its 4 pictures" */
  what: string
  mimeType: string
}

const PICTURE = /\/(?:media|Pictures)\/[^/]+\.(?:png|jpe?g|gif|bmp|tiff?|webp|svg|emf|wmf)$/i

const CHART = /\/charts\/chart\d*\.xml$/i

/** What of a document is not told, by the names of its parts. */
export function leftOut(names: readonly string[]): string {
  const count = (pattern: RegExp) => names.filter(name => pattern.test(`/${name}`)).length
  return [[count(PICTURE), 'picture'] as const, [count(CHART), 'chart'] as const]
    .filter(([number]) => number > 0)
    .map(([number, one]) => number === 1 ? one : counted(number, one))
    .join(' and ')
}

/** "1 sheet", "3 sheets" */
export const counted = (count: number, one: string): string => `${count.toLocaleString('en')} ${count === 1 ? one : `${one}s`}`

/** What was read, and what was left out. */
export function describe(extent: string, { without, cut }: { without: string, cut: boolean }): string {
  return [
    extent,
    without && `without its ${without}`,
    cut && 'only its beginning, because it is long',
  ].filter(Boolean).join(', ')
}
