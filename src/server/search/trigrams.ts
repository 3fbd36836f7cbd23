/*
 * The index knows which three characters stand one behind the other in a text. A word of one or two characters has no
 * such three: the beginnings of words are added to each text behind a mark that no folded text holds.
 */

const MARK = '\u0001'
/** Trigrams that are asked for at once; the text itself is compared afterwards. */
const MAX_TRIGRAMS = 8

/** Scripts that set no spaces: each character begins a word. */
const BEGINNING = /(?<![\p{L}\p{N}])[\p{L}\p{N}]|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\u1100-\u115f]|[^\p{L}\p{N}\s]/gu

/** What is given to the index for a folded text. */
export function indexTextOf(folded: string): string {
  const firsts = new Set<string>()
  const pairs = new Set<string>()
  for (const { 0: first, index } of folded.matchAll(BEGINNING)) {
    firsts.add(first)
    const second = String.fromCodePoint(folded.codePointAt(index + first.length) ?? 0x20)
    if (second !== ' ')
      pairs.add(first + second)
  }
  const marked = [...Array.from(firsts, first => MARK + MARK + first), ...Array.from(pairs, pair => MARK + pair)]
  return folded + marked.join('')
}

/** In how many places ss and ß are tried one by one; of a word with more of them its longest part without any is looked for. */
const MIXED = 2

/** A folded term as it may stand in the index, which leaves ß as it is written. */
function spellingsOf(term: string): string[] {
  const parts = term.split('ss')
  if (parts.length - 1 > MIXED) {
    const longest = parts.reduce((one, other) => other.length > one.length ? other : one)
    return longest.length < 3 ? [term, parts.join('ß')] : [longest]
  }
  return parts.slice(1).reduce((spelled, part) => spelled.flatMap(start => [`${start}ss${part}`, `${start}ß${part}`]), parts.slice(0, 1))
}

/** What the index is asked for folded terms. Every trigram is a string of its own: nothing in it is the language of the index. */
export function matchOf(terms: readonly string[]): string {
  const asked = terms.map(questionOf)
  const words = asked.flatMap(({ words }) => words)
  return [...words.length ? [allOf(words)] : [], ...asked.flatMap(({ either }) => either.map(anyOf))].join(' AND ')
}

interface Question {
  /** Stand in the text in any case. */
  words: string[]
  /** Of each of these one does. */
  either: string[][]
}

/**
 * A term with ss in it is not asked for in each of its spellings, which would be ever more: what stands between is
 * the same in all of them, and each ss or ß is seen by the characters beside it.
 */
function questionOf(term: string): Question {
  const parts = term.split('ss').map(part => [...part])
  if (parts.length === 1)
    return { words: [term], either: [] }
  const either = parts.slice(1).flatMap((behind, i) => besidesOf(parts[i] ?? [], behind)).slice(0, MAX_TRIGRAMS)
  return either.length
    ? { words: parts.filter(({ length }) => length > 2).map(part => part.join('')), either }
    : { words: [], either: [spellingsOf(term)] }
}

/**
 * How an ss and a ß are known by what stands beside them; nothing where that is too little for a trigram. One trigram
 * for each: the index would find out all by itself where several of them are together before it goes on.
 */
function besidesOf(before: readonly string[], behind: readonly string[]): string[][] {
  const [b = '', a = ''] = before.toReversed()
  const [c = '', d = ''] = behind
  if (b && c)
    return [[`${b}ss`, `${b}ß${c}`], [`ss${c}`, `${b}ß${c}`]]
  if (a)
    return [[`${b}ss`, `${a}${b}ß`]]
  return d ? [[`ss${c}`, `ß${c}${d}`]] : []
}

const anyOf = (words: readonly string[]) => `(${words.map(word => `(${allOf([word])})`).join(' OR ')})`

function allOf(words: readonly string[]): string {
  const trigrams = [...new Set(words.flatMap(trigramsOf))]
  const step = Math.max(1, trigrams.length / MAX_TRIGRAMS)
  const asked = Array.from({ length: Math.min(trigrams.length, MAX_TRIGRAMS) }, (_, i) => trigrams[Math.floor(i * step)] ?? '')
  return asked.map(trigram => `"${trigram.replaceAll('"', '""')}"`).join(' AND ')
}

/** The same question as patterns of `like`, for a database that compares texts: one of each must be like it. */
export const likesOf = (terms: readonly string[]): string[][] => terms.map(term => spellingsOf(term).map(likeOf))

function likeOf(term: string): string {
  const [first = '', ...more] = trigramsOf(term)
  return `%${(more.length ? term : first).replace(/[\\%_]/g, '\\$&')}%`
}

function trigramsOf(term: string): string[] {
  const characters = [...term]
  if (characters.length < 3)
    return [MARK.repeat(3 - characters.length) + term]
  return characters.slice(2).map((_, i) => characters.slice(i, i + 3).join(''))
}
