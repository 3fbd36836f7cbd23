import { defineStore } from 'pinia'
import { markRaw, reactive, shallowReactive } from 'vue'
import type { AttachmentView } from '../../shared/attachments.ts'
import type { SessionEvent } from '../../shared/protocol/frames.ts'
import { withPartEvent } from '../../shared/parts/partEvents.ts'
import type { Message } from '../../shared/protocol/message.ts'
import type { Part } from '../../shared/protocol/parts.ts'
import { scopeOf, storageScope } from '../utils/device/storageScope.ts'
import { ApiError, getMessage, getMessages } from '../utils/network/api.ts'
import { toSentView } from '../utils/attachments/draftView.ts'

/** One message as the history shows it: accepted by the server, or still on its way there. */
export interface HistoryItem {
  id: string
  /** The same from the moment Send is pressed: what the list is keyed by, so that nothing is drawn anew. */
  key: string
  sessionId: string
  /** The order in the session; unknown until the server accepted it. */
  sequence?: number
  role: 'user' | 'assistant'
  /** The id of the message that an agent's message answers. */
  replyTo?: string
  text: string
  /** What an agent's message is made of; empty for a person's, and for those from before there were parts. */
  parts: Part[]
  attachments: readonly AttachmentView[]
  /** `waiting`, `sending` and `unsent` (refused) until the server has accepted it; the others are the server's. */
  status: 'waiting' | 'sending' | 'unsent' | 'accepted' | 'running' | 'complete' | 'failed' | 'cancelled'
  /** Milliseconds since the epoch. */
  createdAt: number
  /** Why it failed, as a sentence. */
  problem?: string
  /** How much of it has arrived, 0 to 1, while it is being sent. */
  progress?: number
  /** Not accepted yet, and not saved on this device either. */
  tabOnly?: boolean
  /** Who wrote it, where it is another person of the team. */
  author?: string
}

/** What is known of one session's messages. */
export interface History {
  items: HistoryItem[]
  /** Older ones are on the server. */
  hasMore: boolean
  /** Everything up to this event is in `items`; undefined while they may be anything. */
  lastEventId?: number
  state: 'loading' | 'loaded' | 'failed'
}

/** The messages the server holds, as far as they were asked for, kept up to date by the socket's events. */
export const useHistoryStore = defineStore('history', () => {
  const histories = shallowReactive(new Map<string, History>())

  const historyOf = (sessionId: string) => histories.get(sessionId)

  function start(sessionId: string): History {
    const history = reactive<History>({ items: [], hasMore: false, state: 'loading' })
    histories.set(sessionId, history)
    return history
  }

  /** A session that has no messages yet: nothing has to be asked for. */
  function begin(sessionId: string): void {
    const history = histories.get(sessionId) ?? start(sessionId)
    history.state = 'loaded'
    history.lastEventId ??= 0
  }

  /** What is shown has missed something: no event fits until it was loaded again. */
  function lose(sessionId: string): void {
    const history = historyOf(sessionId)
    if (history)
      history.lastEventId = undefined
  }

  /** The newest page. A session the server does not know yet has an empty history. */
  async function load(sessionId: string): Promise<History> {
    const history = histories.get(sessionId) ?? start(sessionId)
    try {
      const page = await getMessages(sessionId)
      if (history.lastEventId !== undefined && page.lastEventId < history.lastEventId)
        return history // the events were faster: they have brought all of it
      const oldest = page.messages[0]?.sequence ?? 0
      const older = history.items.filter(item => item.sequence !== undefined && item.sequence < oldest)
      // Older pages stay only where they join on: a gap would be a history with a hole.
      const joined = older.at(-1)?.sequence === oldest - 1 ? older : []
      history.hasMore = joined.length ? history.hasMore : page.hasMore
      history.items = [...joined, ...page.messages.map(message => toItem(message))]
      history.lastEventId = page.lastEventId
      history.state = 'loaded'
      void complete(sessionId, page.messages)
    }
    catch (error) {
      const isNew = error instanceof ApiError && error.status === 404
      history.state = isNew ? 'loaded' : history.items.length ? history.state : 'failed'
      if (!isNew)
        throw error
      history.lastEventId ??= 0
    }
    return history
  }

  async function loadOlder(sessionId: string): Promise<void> {
    const history = historyOf(sessionId)
    const oldest = history?.items[0]?.sequence
    if (!history?.hasMore || oldest === undefined)
      return
    const page = await getMessages(sessionId, oldest)
    if (history.items[0]?.sequence !== oldest)
      return // another call was faster
    history.items = [...page.messages.map(message => toItem(message)), ...history.items]
    history.hasMore = page.hasMore
    void complete(sessionId, page.messages)
  }

  /** The rest of texts that came cut. What cannot be loaded now is loaded with the page when it is opened again. */
  async function complete(sessionId: string, messages: readonly Message[]): Promise<void> {
    for (const { id, truncated } of messages) {
      if (truncated)
        await getMessage(sessionId, id).then(whole => put(sessionId, whole), error => console.error(error))
    }
  }

  /** A message in its place; the one already there keeps its identity, so that only it is drawn again. */
  function put(sessionId: string, message: Message, drawn?: readonly AttachmentView[]): void {
    const history = histories.get(sessionId) ?? start(sessionId)
    const there = history.items.find(item => item.id === message.id)
    if (there)
      Object.assign(there, toItem(message, there.attachments))
    else if (!history.hasMore || message.sequence > (history.items[0]?.sequence ?? 0)) // the others come with their page
      history.items = [...history.items, toItem(message, drawn)].sort((a, b) => a.sequence! - b.sequence!)
  }

  /**
   * Only what follows on the newest event is applied.
   * @returns `gap` where events before it are missing; `known` where it changes nothing
   */
  function apply(event: SessionEvent): 'next' | 'known' | 'gap' {
    const history = historyOf(event.session_id)
    if (history?.lastEventId === undefined || event.event_id <= history.lastEventId)
      return 'known'
    if ((event.previous_event_id ?? 0) !== history.lastEventId)
      return 'gap'
    history.lastEventId = event.event_id
    if (event.type === 'message_added' || event.type === 'turn_started' || event.type === 'message_updated' || event.type === 'message_completed')
      put(event.session_id, event.message)
    if (event.type === 'turn_started' || event.type === 'message_completed')
      follow(history, event.message)
    if (event.type === 'part_added' || event.type === 'part_updated' || event.type === 'part_removed' || event.type === 'text_delta') {
      const item = history.items.find(other => other.id === event.message_id)
      if (item) {
        const { text, parts } = withPartEvent({ text: item.text, parts: item.parts }, event)
        Object.assign(item, { text, parts: markRaw(parts) })
      }
    }
    return 'next'
  }

  /** A part as the server says that it is by now; the event that tells so comes, or has come. */
  function putPart(sessionId: string, messageId: string, part: Part | undefined): void {
    const item = historyOf(sessionId)?.items.find(({ id }) => id === messageId)
    if (item && part && item.parts.some(({ id }) => id === part.id))
      item.parts = markRaw(item.parts.map(other => other.id === part.id ? part : other))
  }

  /** What was asked begins and ends with its answer. */
  function follow({ items }: History, { replyTo, status }: Message) {
    const asked = items.find(({ id }) => id === replyTo)
    if (asked)
      asked.status = status
  }

  function forget(sessionId: string): void {
    histories.delete(sessionId)
  }

  return { historyOf, begin, lose, load, loadOlder, put, putPart, apply, forget }
})

/**
 * @param drawn how its attachments are drawn already, in the same order: their thumbnails stay, so that nothing flickers
 */
function toItem(message: Message, drawn: readonly AttachmentView[] = []): HistoryItem {
  return {
    id: message.id,
    key: message.clientMessageId ?? message.id,
    sessionId: message.sessionId,
    sequence: message.sequence,
    role: message.role,
    author: message.author && scopeOf(message.author.id) !== storageScope() ? message.author.name : undefined,
    replyTo: message.replyTo ?? undefined,
    text: message.text,
    parts: markRaw(message.parts),
    attachments: markRaw(message.attachments.map((attachment, i) => {
      const view = toSentView(attachment)
      return drawn[i]?.name === view.name ? { ...view, thumbnail: drawn[i].thumbnail } : view
    })),
    status: message.status,
    createdAt: Date.parse(message.createdAt),
    problem: message.problem?.detail,
  }
}
