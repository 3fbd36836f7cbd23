import { nameInSentence } from '../../../shared/plainText.ts'

/** Names in a sentence, the first of them if there are more: a wall of names helps nobody. @param most that are named */
export const nameList = (names: readonly string[], most: number): string =>
  [...names.slice(0, most).map(nameInSentence), ...names.length > most ? [`${names.length - most} more`] : []].join(', ')
