import { defineStore } from 'pinia'
import { markRaw, reactive, shallowReactive } from 'vue'
import type { AttachmentView } from '../../shared/attachmentView.ts'
import type { SessionEvent } from '../../shared/protocol/frames.ts'
import type { Message } from '../../shared/protocol/message.ts'
import type { Part } from '../../shared/protocol/parts.ts'
import { ApiError, getMessage, getMessages } from '../utils/network/api.ts'
import { change, putMessage, showPage, type History } from './history/history.ts'
import { toItem } from './history/historyItem.ts'
import { without } from './history/replacing.ts'

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
      showPage(history, page)
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
    const oldest = history?.items[0]
    if (!history?.hasMore || oldest?.sequence === undefined)
      return
    const page = await getMessages(sessionId, oldest.sequence)
    if (history.items[0]?.id !== oldest.id)
      return // another call was faster, or another version of the conversation is shown
    history.items = [...page.messages.map(message => toItem(message)), ...history.items]
    history.hasMore = page.hasMore
    void complete(sessionId, page.messages)
  }

  /** The rest of texts that came cut. What cannot be loaded now is loaded with the page when it is opened again. */
  async function complete(sessionId: string, messages: readonly Message[]): Promise<void> {
    for (const { id, truncated } of messages) {
      if (truncated)
        await getMessage(sessionId, id).then(whole => isShown(sessionId, id) && put(sessionId, whole), error => console.error(error))
    }
  }

  const isShown = (sessionId: string, id: string) => historyOf(sessionId)?.items.some(item => item.id === id) ?? false

  /** A message in its place. @param drawn how its attachments are drawn already */
  function put(sessionId: string, message: Message, drawn?: readonly AttachmentView[]): void {
    putMessage(histories.get(sessionId) ?? start(sessionId), message, drawn)
  }

  /** Another message stands for it: what is read anew says the same, a moment later. */
  function replace(sessionId: string, id: string): void {
    const history = historyOf(sessionId)
    if (history)
      history.items = without(history.items, id)
  }

  /**
   * Only what follows on the newest event is applied.
   * @returns `gap` where events before it are missing; `known` where it changes nothing; `anew` where all that is shown is to be read again
   */
  function apply(event: SessionEvent): 'next' | 'known' | 'gap' | 'anew' {
    const history = historyOf(event.session_id)
    if (history?.lastEventId === undefined || event.event_id <= history.lastEventId)
      return 'known'
    if ((event.previous_event_id ?? 0) !== history.lastEventId)
      return 'gap'
    history.lastEventId = event.event_id
    change(history, event)
    return event.type === 'branch_changed' ? 'anew' : 'next'
  }

  /** A part as the server says that it is by now; the event that tells so comes, or has come. */
  function putPart(sessionId: string, messageId: string, part: Part | undefined): void {
    const item = historyOf(sessionId)?.items.find(({ id }) => id === messageId)
    if (item && part && item.parts.some(({ id }) => id === part.id))
      item.parts = markRaw(item.parts.map(other => other.id === part.id ? part : other))
  }

  function forget(sessionId: string): void {
    histories.delete(sessionId)
  }

  return { historyOf, begin, lose, load, loadOlder, put, replace, putPart, apply, forget }
})
