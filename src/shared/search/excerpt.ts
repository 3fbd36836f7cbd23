import { fenceAt, plainWords } from '../plainLines.ts'
import { fold, foldWithPlaces } from './fold.ts'

/** A line of a text, and what of it was searched for. */
export interface Excerpt {
  snippet: string
  /** From and up to: where in the snippet, in UTF-16 units, ascending and apart from each other. */
  ranges: [number, number][]
}

const SNIPPET_CHARS = 160
/** Characters that are shown before the first place. */
const BEFORE = 40
/** Characters around it that are looked at: what is folded may be longer or shorter, and marks take place, too. */
const AROUND = 4 * SNIPPET_CHARS

/** A part of a text, and where it is. */
interface Part { text: string, from: number, to: number }

/**
 * The part of a text where the first of these is found, as one reads it.
 * @param terms folded
 * @param isMarkdown whether its marks are shown as what they mean, and so are nothing to read
 */
export function excerptOf(text: string, terms: readonly string[], isMarkdown = false): Excerpt {
  const near = around(text, terms)
  const line = isMarkdown ? read(text, near, terms) : onOneLine(near.text)
  const marks = rangesOf(line, terms)
  const first = marks[0]?.[0] ?? 0
  const from = first <= BEFORE ? 0 : wordAfter(line, first - BEFORE, first)
  const to = Math.min(line.length, from + SNIPPET_CHARS)
  const cut = wholeCharacters(line, from, to)
  const before = near.from > 0 || cut.from > 0 ? '…' : ''
  const after = near.to < text.length || cut.to < line.length ? '…' : ''
  const shift = before.length - cut.from
  return {
    snippet: before + line.slice(cut.from, cut.to) + after,
    ranges: marks.filter(([start, end]) => start >= cut.from && end <= cut.to).map(([start, end]) => [start + shift, end + shift]),
  }
}

/** A link whose address goes on behind the part. */
const CUT_LINK = /!?\[([^[\]\n]{0,300})\]\([^()\s]*$/u

const onOneLine = (text: string) => text.replace(/[\s\p{Cc}]/gu, ' ')

/** Without its marks, unless what is searched for stands in them: an address behind a link, say. */
function read(whole: string, { text, from }: Part, terms: readonly string[]): string {
  const written = onOneLine(text)
  const words = plainWords(text.replace(CUT_LINK, '$1'), fenceAt(whole, from)).replace(/[\s\p{Cc}]+/gu, ' ').trim()
  const [inWords, inText] = [fold(words), fold(written)]
  return terms.every(term => inWords.includes(term) || !inText.includes(term)) ? words : written
}

/** Of a long text only what lies around the first place: all of it is folded at once there, without its places. */
function around(text: string, terms: readonly string[]): Part {
  for (let start = 0; start < text.length; start += AROUND / 2) {
    const piece = text.slice(start, start + AROUND)
    if (terms.some(term => fold(piece).includes(term)))
      return partAround(text, start + (rangesOf(piece, terms)[0]?.[0] ?? 0))
  }
  return partAround(text, 0)
}

/** With the whole line before it, as long as that is not far away. */
function partAround(text: string, at: number): Part {
  const line = text.indexOf('\n', Math.max(0, at - AROUND / 2)) + 1
  const from = at < AROUND / 2 ? 0 : line && line < at - BEFORE ? line : at - AROUND / 4
  const part = wholeCharacters(text, from, Math.min(text.length, at + AROUND))
  return { ...part, text: text.slice(part.from, part.to) }
}

/** Where these occur, joined where they touch. */
function rangesOf(text: string, terms: readonly string[]): [number, number][] {
  const { folded, places } = foldWithPlaces(text)
  const found = terms.flatMap(term => [...occurrences(folded, term)]
    .map((start): [number, number] => [places[start] ?? 0, endOf(places, start + term.length)]))
  const joined: [number, number][] = []
  for (const [start, end] of found.sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1)
    if (last && start <= last[1])
      last[1] = Math.max(last[1], end)
    else
      joined.push([start, end])
  }
  return joined
}

function* occurrences(folded: string, term: string) {
  for (let at = folded.indexOf(term); at !== -1; at = folded.indexOf(term, at + term.length))
    yield at
}

/** Also where one character became several, of which only the first is searched for. */
function endOf(places: readonly number[], end: number): number {
  const last = places[end - 1] ?? 0
  return places.slice(end).find(place => place > last) ?? last + 1
}

function wordAfter(line: string, from: number, most: number): number {
  const space = line.indexOf(' ', from)
  return space === -1 || space + 1 > most ? from : space + 1
}

const isSecondHalf = (line: string, at: number) => at > 0 && /[\udc00-\udfff]/.test(line[at] ?? '')

const wholeCharacters = (line: string, from: number, to: number) =>
  ({ from: isSecondHalf(line, from) ? from - 1 : from, to: isSecondHalf(line, to) ? to - 1 : to })
