import { uuid } from '../../../shared/uuid.ts'
import { storageScope } from './storageScope.ts'

/** What tabs of the same browser tell each other; what it is about is read from the database. */
type TabNews =
  | { about: 'text' | 'files' | 'choice', sessionId: string }
  | { about: 'waiting', sessionId: string, id: string, waitsFor: 'server' | 'reload' }
  | { about: 'outbox' | 'sessions' | 'answers' | 'deletions' }

/** One tab's line to the others. */
export interface Tabs {
  /** Names this tab; another after each reload, and not shared by a duplicated tab. */
  id: string
  tell: (news: TabNews) => void
  listen: (listener: (news: TabNews) => void) => void
  close: () => void
}

/** Where the browser has no BroadcastChannel each tab sees what the others did when it is opened or looked at again. */
export function joinTabs(): Tabs {
  let channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(storageScope())
  return {
    id: uuid(),
    tell: news => channel?.postMessage(news),
    listen: listener => channel?.addEventListener('message', ({ data }: MessageEvent<TabNews>) => listener(data)),
    close() {
      channel?.close()
      channel = undefined
    },
  }
}
