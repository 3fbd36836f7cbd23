import { charactersOf, FROM_RIGHT, RIGHT } from '../../../shared/plainText.ts'

/** Characters of the end: as many as an extension may have, and those before it in which numbered files differ. */
const [EXTENSION, BEFORE] = [9, 4]
/** Characters of an end that is not cut at all: a name that is longer is cut at its end, as it cannot be cut elsewhere. */
const LONGEST_END = 20

const LEFT = `(?:(?![${RIGHT}])\\p{L})`
/** Brackets turn as a pair, by what is in them and before them; a number after them, by the letters in them. */
const [PAIR, OPENED, CLOSED] = ['[([{][^)\\]}]*[)\\]}]', /[([{][^)\]}]*$/, /^[^([{]*[)\]}]/]
const PAIR_AND_NUMBER = `${PAIR}\\P{L}*\\p{N}`
const TO_RIGHTMOST = `[^${RIGHT}]*(?:${LEFT}|\\p{N})`
/** What is read from the other side than the name: it stands together, or its parts would change places. */
const RUNS = {
  left: `${PAIR_AND_NUMBER}|${PAIR}|[${RIGHT}](?:(?!${LEFT}).)*(?:[${RIGHT}]|\\p{N})|[${RIGHT}]`,
  right: `${PAIR_AND_NUMBER}(?:${TO_RIGHTMOST})?|${PAIR}|(?:${LEFT}|\\p{N})(?:${TO_RIGHTMOST})?`,
}
/** The letters of a word are joined where they are written from the right. */
const WORD = '[\\p{L}\\p{M}\\p{N}]+'

/** What of a name is not cut in two. */
function piecesOf(name: string): string[] {
  if (!FROM_RIGHT.test(name))
    return charactersOf(name)
  const first = /\p{L}/u.exec(name)?.[0] ?? ''
  return name.match(new RegExp(`${RUNS[FROM_RIGHT.test(first) ? 'right' : 'left']}|${WORD}|.`, 'gsu')) ?? []
}

const partsBrackets = (start: string, end: string) => FROM_RIGHT.test(start + end) && OPENED.test(start) && CLOSED.test(end)

/** A name in two parts, to be cut between them: the end keeps the extension. */
export function splitName(name: string): [start: string, end: string] {
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 ? name.length - dot : 0
  const most = extension > EXTENSION ? EXTENSION : extension + BEFORE
  const pieces = piecesOf(name)
  let [start, end, longer] = [name, '', '']
  for (const piece of pieces.reverse()) {
    longer = piece + longer
    if (longer.length > (end ? most : LONGEST_END))
      break
    const before = name.slice(0, -longer.length)
    if (!partsBrackets(before, longer))
      [start, end] = [before, longer]
  }
  return [start, end]
}
