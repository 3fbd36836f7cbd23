import { computed, onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import type { SearchHit } from '../../../shared/protocol/search.ts'
import { nameInSentence, shownName } from '../../../shared/plainText.ts'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useHistoryStore } from '../../stores/history.ts'
import { useSessionsStore } from '../../stores/sessions.ts'
import { ApiError, searchServer } from '../../utils/network/api.ts'
import { loadPart } from '../../utils/network/loadPart.ts'
import type { DeviceText } from '../../utils/search/deviceSearch.ts'

/** One line of what was found. */
export interface FoundItem {
  id: string
  kind: SearchHit['kind'] | 'draft'
  sessionId: string
  /** What an address names the message by. */
  messageKey?: string
  title: string
  snippet: string
  ranges: [number, number][]
  filename?: string
  /** Milliseconds since the epoch. */
  time?: number
}

/** Milliseconds after the last key. */
const PAUSE = 120
/** Pages that may hold nothing: the server says how far it came, and goes on when it is asked. */
const MAX_PAGES = 20
const ENOUGH = 20

/** What is found for what is written: on the server, and on this device. */
export function useSearch(query: Readonly<Ref<string>>) {
  const drafts = useDraftsStore()
  const histories = useHistoryStore()
  const sessions = useSessionsStore()
  const state = shallowRef<'idle' | 'loading' | 'done' | 'failed' | 'offline'>('idle')
  const problem = shallowRef('')
  const incomplete = shallowRef(false)
  /** Not all of them are shown. */
  const more = shallowRef(false)
  const fromServer = shallowRef<FoundItem[]>([])
  const fromDevice = shallowRef<FoundItem[]>([])
  const items = computed(() => [...fromDevice.value, ...fromServer.value])
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking: AbortController | undefined

  watch(query, (text) => {
    clearTimeout(timer)
    asking?.abort()
    if (!text.trim()) {
      state.value = 'idle'
      fromServer.value = fromDevice.value = []
      return
    }
    state.value = 'loading'
    timer = setTimeout(() => void run(text.trim()), PAUSE)
  }, { immediate: true })
  onScopeDispose(() => {
    clearTimeout(timer)
    asking?.abort()
  })

  async function run(text: string): Promise<void> {
    const own = asking = new AbortController()
    const local = searchHere(text, draftTexts()).then((found) => {
      if (!own.signal.aborted)
        fromDevice.value = found
    }, (error: unknown) => console.warn('The drafts of this device were not searched.', error))
    try {
      await readPages(text, own.signal)
      await local
      if (!own.signal.aborted)
        state.value = 'done'
    }
    catch (error) {
      await local
      if (!own.signal.aborted)
        await failed(text, error, own.signal)
    }
  }

  async function readPages(text: string, signal: AbortSignal): Promise<void> {
    const found: FoundItem[] = []
    let cursor: string | null | undefined
    for (let page = 0; cursor !== null && found.length < ENOUGH && page < MAX_PAGES; page++) {
      const answer = await searchServer(text, cursor, signal)
      found.push(...answer.hits.map(toItem))
      cursor = answer.nextCursor
      incomplete.value = answer.incomplete
      fromServer.value = [...found]
    }
    fromServer.value = found
    more.value = typeof cursor === 'string' && found.length >= ENOUGH
  }

  async function failed(text: string, error: unknown, signal: AbortSignal): Promise<void> {
    const isOffline = error instanceof ApiError && error.status === 0
    problem.value = error instanceof Error ? error.message : ''
    fromServer.value = []
    if (isOffline)
      await searchHere(text, [...draftTexts(), ...heldTexts()]).then((found) => { fromDevice.value = found }, () => undefined)
    if (!signal.aborted)
      state.value = isOffline ? 'offline' : 'failed'
  }

  /** What waits beside an edit, too. */
  const draftTexts = (): DeviceText[] => sessions.entries.filter(({ hasDraft }) => hasDraft)
    .flatMap(({ id, title }) => {
      const aside = drafts.messages.get(id)?.aside?.message
      return [{ id: `draft ${id}`, sessionId: id, title, text: drafts.textOf(id) }, ...aside ? [{ id: `draft aside ${id}`, sessionId: id, title, text: aside }] : []]
    })

  /** What was opened in this tab. */
  const heldTexts = (): DeviceText[] => sessions.entries.flatMap(({ id, title }) => [
    { id: `title ${id}`, sessionId: id, title, text: title },
    ...(histories.historyOf(id)?.items ?? []).map(item => ({ id: `message ${item.id}`, sessionId: id, title, text: item.text, messageKey: item.key, isMarkdown: item.role === 'assistant' })),
  ])

  async function searchHere(text: string, texts: readonly DeviceText[]): Promise<FoundItem[]> {
    const { searchDevice } = await loadPart(() => import('../../utils/search/deviceSearch.ts'))
    return searchDevice(texts, text).map(({ id, sessionId, title, snippet, ranges, messageKey }) => ({
      id, kind: id.startsWith('draft') ? 'draft' : id.startsWith('title') ? 'title' : 'message', sessionId, title, snippet, ranges, messageKey,
    }))
  }

  return { items, state, problem, incomplete, more, again: () => void run(query.value.trim()) }
}

const toItem = (hit: SearchHit): FoundItem => ({
  id: [hit.kind, hit.sessionId, hit.messageId, hit.attachmentId].join(' '),
  kind: hit.kind,
  sessionId: hit.sessionId,
  messageKey: hit.clientMessageId ?? hit.messageId ?? undefined,
  title: hit.sessionTitle,
  snippet: shownName(hit.snippet),
  ranges: hit.ranges,
  filename: hit.filename === null ? undefined : nameInSentence(hit.filename),
  time: Date.parse(hit.createdAt),
})
