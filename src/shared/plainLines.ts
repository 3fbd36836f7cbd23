/** Fences of code, rules, underlines of headings and of tables: they say nothing by themselves. */
const FENCE = /^ {0,3}(?:`{3,}[^`]*|~{3,}.*)$/u
const ONLY_MARKS = /^[\s>#*_=~|:+-]+$/u

/** What stands before the words of a line: quotes, headings, points, boxes to tick. A number stays: it may be a date. */
const BEFORE = /^\s*(?:>\s?|#{1,6}\s+|[-*+]\s+|\[[ xX]\]\s+)/u
/** Quotes in lists in quotes: nobody nests more deeply in a first line. */
const DEEPEST = 8

/** A pair of marks around words; letters right beside it make it part of a word, as in `a*b*c` and `snake_case`. */
function around(character: '*' | '_' | '~', count: number) {
  const mark = `[${character}]{${count}}`
  const beside = `\\p{L}\\p{N}${character}`
  return new RegExp(`(?<![${beside}\\\\])${mark}(?=[^\\s${character}])(.{1,300}?)(?<=[^\\s\\\\])${mark}(?![${beside}])`, 'gu')
}
const EMPHASIS = [around('*', 3), around('*', 2), around('*', 1), around('_', 3), around('_', 2), around('_', 1), around('~', 2)]
const LINK = /!?\[([^[\]\n]{0,300})\]\([^()\s]*(?:\s+"[^"\n]*")?\)/gu
const ADDRESS = /<((?:https?:\/\/|mailto:)[^\s<>]+)>/giu
const CODE = /(`{1,100})([^`\n]+)\1(?!`)/u
const ESCAPED = /\\([!-/:-@[-`{-~])/gu

/**
 * The words of a text, line by line, without the marks that Markdown gives a meaning to. What lies in a fence is
 * left as it is. Lines that hold nothing but marks come last, so that a text of nothing else still has its own.
 */
export function plainLines(text: string): string[] {
  const { words, marks } = sorted(text, '')
  return [...words, ...marks]
}

/** The words of a part of a text on one line. @param fence the one in which that part begins, as `fenceAt` says it */
export const plainWords = (part: string, fence: string): string => sorted(part, fence).words.join(' ')

/** Which fence of code is open at a place of a text; empty where there is none. */
export const fenceAt = (text: string, at: number): string => linesOf(text.slice(0, at)).reduce(fenceAfter, '')

function sorted(text: string, openFence: string): { words: string[], marks: string[] } {
  const words: string[] = []
  const marks: string[] = []
  let fence = openFence
  for (const line of linesOf(text)) {
    const next = fenceAfter(fence, line)
    if (next !== fence)
      fence = next
    else if (fence)
      words.push(line)
    else if (ONLY_MARKS.test(line))
      marks.push(line)
    else
      words.push(plain(line))
  }
  return { words, marks }
}

const linesOf = (text: string) => text.split(/\r?\n/u)

/** What is open behind a line: only one that opens or closes a fence changes it. */
function fenceAfter(fence: string, line: string): string {
  if (!FENCE.test(line) || !line.trim().startsWith(fence))
    return fence
  return fence ? '' : line.trim().slice(0, 3)
}

function plain(line: string): string {
  return withoutRow(withoutBefore(line)).split(/(`+[^`]+`+)/u)
    .map((part, i) => i % 2 ? part.replace(CODE, '$2').trim() : withoutMarks(part))
    .join('')
}

function withoutBefore(line: string): string {
  let rest = line
  for (let depth = 0; depth < DEEPEST && BEFORE.test(rest); depth++)
    rest = rest.replace(BEFORE, '')
  return /^\s*#/u.test(line) ? withoutClosing(rest.trimEnd()) : rest
}

/** The marks that may stand behind a heading, too. */
function withoutClosing(heading: string): string {
  const words = heading.replace(/#{1,100}$/u, '')
  return /\s$/u.test(words) ? words.trimEnd() : heading
}

/** A row of a table is what is in it. */
function withoutRow(line: string): string {
  const row = line.trim()
  return row.length > 1 && row.startsWith('|') && row.endsWith('|') ? row.slice(1, -1).trim() : line
}

function withoutMarks(text: string): string {
  const bare = EMPHASIS.reduce((rest, mark) => rest.replace(mark, '$1'), text.replace(LINK, '$1').replace(ADDRESS, '$1'))
  return bare.replace(ESCAPED, '$1')
}
