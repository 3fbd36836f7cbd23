import type { Message } from '../../shared/protocol/message.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { History } from '../sessions/history.ts'

const AT_ONCE = 50

/** All messages of a conversation as it is now, a page at a time in memory, each as a whole. */
export async function* messagesOf(history: History, session: SessionKey): AsyncGenerator<Message, void, undefined> {
  for (let after = 0, hasMore = true; hasMore;) {
    const page = await history.page(session, { limit: AT_ONCE, after })
    for (const message of page.messages)
      yield message.truncated ? await history.message(session, message.id) : message
    after = page.messages.at(-1)?.sequence ?? after
    hasMore = page.hasMore
  }
}
