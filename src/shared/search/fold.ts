/** Accents as they stand behind their letter when it is taken apart. */
const ACCENTS = /[\u0300-\u036f]+/g
const CONTROLS = /\p{Cc}/gu
const PLAIN = /^[\u0020-\u007e]*$/

/**
 * Text as it is compared when somebody searches: without case, accents and breaks of lines, and ß as ss. Every place
 * that is searched is folded by this, and so is what is searched for.
 */
export const fold = (text: string): string => foldForIndex(text).replaceAll('ß', 'ss')

/** As `fold`, but ß stays as it is: so it stands in the index, and has to be asked for in both ways. */
export function foldForIndex(text: string): string {
  const line = text.replace(CONTROLS, ' ')
  return PLAIN.test(line) ? line.toLowerCase() : line.normalize('NFD').replace(ACCENTS, '').toLowerCase().replaceAll('ς', 'σ')
}

/** As `fold`, with where in the text each of its characters comes from: one number more than characters. */
export function foldWithPlaces(text: string): { folded: string, places: number[] } {
  let folded = ''
  let at = 0
  const places: number[] = []
  for (const character of text) {
    const own = fold(character)
    for (let i = 0; i < own.length; i++)
      places.push(at)
    folded += own
    at += character.length
  }
  places.push(at)
  return { folded, places }
}
