import MiniSearch from 'minisearch'
import { excerptOf, type Excerpt } from '../../../shared/search/excerpt.ts'
import { fold } from '../../../shared/search/fold.ts'
import { termsOf } from '../../../shared/search/terms.ts'

/** Something that this device holds. */
export interface DeviceText {
  id: string
  sessionId: string
  title: string
  text: string
  /** Draft, or a message by its key. */
  messageKey?: string
  /** The agent has written it. */
  isMarkdown?: boolean
}

export interface DeviceHit extends DeviceText, Excerpt {}

const MOST = 20

/** Finds by the beginnings of words, the best first; one letter may be wrong in a long word. */
export function searchDevice(texts: readonly DeviceText[], query: string): DeviceHit[] {
  const index = new MiniSearch<DeviceText>({
    fields: ['title', 'text'],
    processTerm: term => fold(term) || null,
    searchOptions: { prefix: true, fuzzy: term => term.length > 5 ? 0.15 : false, combineWith: 'AND', boost: { title: 2 } },
  })
  index.addAll(texts)
  const byId = new Map(texts.map(text => [text.id, text]))
  return index.search(query).slice(0, MOST).flatMap((found) => {
    const text = byId.get(String(found.id))
    const terms = [...new Set([...termsOf(query), ...found.terms])]
    return text ? [{ ...text, ...excerptOf(text.text || text.title, terms, text.isMarkdown) }] : []
  })
}
