import { defineStore } from 'pinia'
import { nameList } from '../../utils/text/nameList.ts'
import { useDataStore } from '../data.ts'
import { useDeviceMarkStore } from '../tabs/deviceMark.ts'
import { useDraftsStore } from '../drafts.ts'
import { useLocalSessionsStore } from '../localSessions.ts'
import { useNoticesStore } from '../notices.ts'
import { useOutboxStore } from '../outbox.ts'

/**
 * When the browser has removed what this tab took for saved, to make room or because somebody cleared its data: what
 * this tab still has is saved again and named; what is gone stays in sight, and nothing is sent without it unasked.
 */
export const useEvictionStore = defineStore('eviction', () => {
  const data = useDataStore()
  const device = useDeviceMarkStore()
  const drafts = useDraftsStore()
  const local = useLocalSessionsStore()
  const notices = useNoticesStore()
  const outbox = useOutboxStore()

  device.onLoss(async () => {
    await Promise.all([
      attempt(local.saveAllAgain()),
      attempt(drafts.saveAllAgain()),
      ...[...data.shownSessions()].map(sessionId => attempt(keepFiles(sessionId))),
      attempt(outbox.saveAllAgain()),
    ])
    nameUnseen()
  })

  async function keepFiles(sessionId: string) {
    const { kept } = await data.saveAgain(sessionId)
    if (kept.length)
      notices.tell(sessionId, `The browser has removed this draft from the device. ${nameList(kept, NAMED)} and the text were still in this tab, and are saved again.`, 'warning')
  }

  /** Files of drafts that this tab has not shown: it never had more of them than how many they are. */
  function nameUnseen() {
    for (const [sessionId, { mediaIds = [] }] of drafts.messages) {
      if (mediaIds.length && data.countOf(sessionId) === undefined) {
        drafts.loseFiles(sessionId)
        notices.tell(sessionId, `The browser has removed ${mediaIds.length === 1 ? 'the file' : `the ${mediaIds.length} files`} of this draft from the device. Attach what you still have again; your text is still here.`)
      }
    }
  }

  return { check: device.check }
})

/** One part that cannot be saved keeps nobody from saving the others. */
const attempt = (work: Promise<unknown>) => work.catch((error: unknown) => console.warn('What the browser removed could not be saved again.', error))

/** Names that a sentence holds; of more it says how many. */
const NAMED = 3
