import { markRaw } from 'vue'
import type { AttachmentView } from '../../../shared/attachmentView.ts'
import { withPartEvent } from '../../../shared/parts/partEvents.ts'
import type { SessionEvent } from '../../../shared/protocol/frames.ts'
import type { Message } from '../../../shared/protocol/message.ts'
import type { MessagesPage } from '../../../shared/protocol/rest.ts'
import { toItem, type HistoryItem } from './historyItem.ts'

/** What is known of one session's messages. */
export interface History {
  items: HistoryItem[]
  /** Older ones are on the server. */
  hasMore: boolean
  /** Everything up to this event is in `items`; undefined while they may be anything. */
  lastEventId?: number
  state: 'loading' | 'loaded' | 'failed'
}

/** Shows the newest page. Older messages stay only where they join on: a gap would be a history with a hole. */
export function showPage(history: History, { messages, hasMore, lastEventId }: MessagesPage): void {
  const known = new Map(history.items.map(item => [item.id, item]))
  const older = hasMore ? olderThan(history.items, messages[0]?.id) : []
  history.hasMore = older.length ? history.hasMore : hasMore
  history.items = [...older, ...messages.map(message => toItem(message, known.get(message.id)?.attachments, known.get(message.id)?.parts))]
  history.lastEventId = lastEventId
  history.state = 'loaded'
}

/** None where it does not stand among them: also a sequence that follows may be another version's. */
const olderThan = (items: readonly HistoryItem[], first: string | undefined) =>
  items.slice(0, Math.max(0, items.findIndex(({ id }) => id === first)))

/** A message in its place; the one already there keeps its identity, so that only it is drawn again. */
export function putMessage(history: History, message: Message, drawn?: readonly AttachmentView[]): void {
  const there = history.items.findLast(item => item.id === message.id)
  if (there)
    Object.assign(there, toItem(message, there.attachments))
  else if (!history.hasMore || message.sequence > (history.items[0]?.sequence ?? 0)) // the others come with their page
    history.items = [...history.items, toItem(message, drawn)].sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0))
}

/** What an event changes of what is shown. */
export function change(history: History, event: SessionEvent): void {
  switch (event.type) {
    case 'message_added':
    case 'message_updated':
      return putMessage(history, event.message)
    case 'turn_started':
    case 'message_completed':
      putMessage(history, event.message)
      return follow(history, event.message)
    case 'message_removed':
      history.items = history.items.filter(({ id }) => id !== event.message_id)
      return
    case 'part_added':
    case 'part_updated':
    case 'part_removed':
    case 'text_delta':
      return changePart(history, event)
  }
}

type PartEvent = Extract<SessionEvent, { type: 'part_added' | 'part_updated' | 'part_removed' | 'text_delta' }>

function changePart({ items }: History, event: PartEvent) {
  const item = items.findLast(({ id }) => id === event.message_id) // what grows is among the newest
  if (!item)
    return
  const { text, parts } = withPartEvent({ text: item.text, parts: item.parts }, event)
  Object.assign(item, { text, parts: markRaw(parts) })
}

/** What was asked begins and ends with its answer. */
function follow({ items }: History, { replyTo, status }: Message) {
  const asked = items.find(({ id }) => id === replyTo)
  if (asked)
    asked.status = status
}
