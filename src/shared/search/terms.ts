import { fold } from './fold.ts'

/** Characters of what is searched for. */
export const QUERY_CHARS = 200
const MAX_TERMS = 8

/** What is searched for, folded: words, each of which must occur; what stands in quotes is one of them. None where nothing is asked. */
export function termsOf(query: string): string[] {
  const words = fold(query.slice(0, QUERY_CHARS)).match(/"[^"]+"|[^\s"]+/g) ?? []
  return [...new Set(words.map(word => word.replaceAll('"', '').trim()).filter(Boolean))].slice(0, MAX_TERMS)
}

/** Whether all of them occur in a folded text. */
export const holdsAll = (folded: string, terms: readonly string[]): boolean => terms.every(term => folded.includes(term))
