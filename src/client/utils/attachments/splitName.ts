import { charactersOf, FROM_RIGHT, RIGHT } from '../../../shared/plainText.ts'

/** Characters of the end: as many as an extension may have, and those before it in which numbered files differ. */
const [EXTENSION, BEFORE] = [9, 4]
/** Characters of an end that is not cut at all: a name that is longer is cut at its end, as it cannot be cut elsewhere. */
const LONGEST_END = 20

const LEFT = `(?:(?![${RIGHT}])\\p{L})`
/** What is read from the other side than the name: it stands together, or its parts would change places. */
const RUNS = {
  left: `[${RIGHT}](?:(?!${LEFT}).)*(?:[${RIGHT}]|\\p{N})|[${RIGHT}]`,
  right: `(?:${LEFT}|\\p{N})[^${RIGHT}]*(?:${LEFT}|\\p{N})|${LEFT}|\\p{N}`,
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

/** A name in two parts, to be cut between them: the end keeps the extension. */
export function splitName(name: string): [start: string, end: string] {
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 ? name.length - dot : 0
  const most = extension > EXTENSION ? EXTENSION : extension + BEFORE
  const pieces = piecesOf(name)
  let end = ''
  while (pieces.length) {
    const longer = (pieces.at(-1) ?? '') + end
    if (longer.length > (end ? most : LONGEST_END))
      break
    end = longer
    pieces.pop()
  }
  return [pieces.join(''), end]
}
