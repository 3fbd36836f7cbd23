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
  const spelled = terms.map(spellingsOf)
  const plain = spelled.flatMap(spellings => spellings.length === 1 ? spellings : [])
  const either = spelled.filter(({ length }) => length > 1).map(spellings => `(${spellings.map(spelling => `(${allOf([spelling])})`).join(' OR ')})`)
  return [...plain.length ? [allOf(plain)] : [], ...either].join(' AND ')
}

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
