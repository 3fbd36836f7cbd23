import { listOf } from '../../../shared/collections/listOf.ts'
import { nameInSentence } from '../../../shared/plainText.ts'

/** Names in a sentence. @param most that are named */
export const nameList = (names: readonly string[], most: number): string => listOf(names.map(nameInSentence), most)
