import { effectScope, watch } from 'vue'
import { useDataStore } from '../../stores/data.ts'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useNoticesStore, type Notice } from '../../stores/notices.ts'
import { useTabsStore } from '../../stores/tabs/tabs.ts'
import { useAttaching } from '../composer/useAttaching.ts'
import type { KeptRefusal } from '../../utils/storage/draftSchema.ts'
import { forgetRefusals, getRefusals, KEPT_REFUSALS, keptSentence } from '../../utils/storage/intake/refusalStorage.ts'

const NONE: readonly KeptRefusal[] = []

/**
 * Files that were not taken, by an earlier page or in another tab as well: each is told until a person has dismissed it
 * in one of the tabs, or it is over. The sentence names it; said twice it is one.
 */
export function useKeptRefusals(): void {
  const data = useDataStore()
  const drafts = useDraftsStore()
  const notices = useNoticesStore()
  const tabs = useTabsStore()
  const { laterFolderOffer } = useAttaching()
  const scope = effectScope()
  const followed = new Set<string>()
  /** One after the other: what is shown last was read last. */
  let last: Promise<unknown> = Promise.resolve()

  const keptOf = (sessionId: string) => drafts.messages.get(sessionId)?.refused ?? NONE

  tabs.listen((news) => {
    if (news.about === 'files')
      read(news.sessionId)
  })
  watch(() => [...data.shownSessions()], ids => ids.filter(id => !followed.has(id)).forEach(follow), { immediate: true })

  function follow(sessionId: string) {
    followed.add(sessionId)
    scope.run(() => {
      watch(() => keptOf(sessionId), (now, before = NONE) => show(sessionId, now, before), { immediate: true })
      watch(() => notices.allOf(sessionId), (now, before = []) => keepUp(sessionId, now, before), { immediate: true })
    })
    read(sessionId)
  }

  /** The device holds others than before. */
  function show(sessionId: string, now: readonly KeptRefusal[], before: readonly KeptRefusal[]) {
    const told = new Set(notices.allOf(sessionId).map(({ text }) => keptSentence(text)))
    now.filter(({ text }) => !told.has(text)).forEach(refusal => tell(sessionId, refusal))
    if (now.length === KEPT_REFUSALS) // one that made room was dismissed by nobody
      return
    const over = before.map(({ text }) => text).filter(text => !now.some(other => other.text === text))
    notices.withdraw(sessionId, ({ text, rejected }) => rejected !== undefined && over.includes(keptSentence(text)))
  }

  function tell(sessionId: string, { name, text, fitsFolder }: KeptRefusal) {
    notices.tell(sessionId, text, 'danger', { rejected: name, action: fitsFolder && laterFolderOffer(sessionId, name) })
  }

  /** A person was told of another file, or what they were told is over. */
  function keepUp(sessionId: string, now: readonly Notice[], before: readonly Notice[]) {
    const [rejections, earlier] = [now, before].map(all => all.filter(({ rejected }) => rejected !== undefined).map(({ text }) => text)) as [string[], string[]]
    const kept = keptOf(sessionId).map(({ text }) => text)
    const over = earlier.filter(text => !rejections.includes(text))
    if (over.length)
      inTurn(() => forget(sessionId, over))
    if (rejections.some(text => !kept.includes(keptSentence(text))))
      read(sessionId)
  }

  async function forget(sessionId: string, texts: readonly string[]) {
    const wasKept = await forgetRefusals(sessionId, texts)
    await readNow(sessionId) // also where it went with its draft, which was sent
    if (wasKept)
      tabs.tell({ about: 'files', sessionId })
  }

  function read(sessionId: string): void {
    inTurn(() => readNow(sessionId))
  }

  async function readNow(sessionId: string) {
    const refused = await getRefusals(sessionId)
    if (refused.length || keptOf(sessionId).length)
      drafts.messages.set(sessionId, { ...drafts.messages.get(sessionId), refused })
  }

  function inTurn(work: () => Promise<void>): void {
    last = last.then(work).catch((error: unknown) => console.warn('Which files were not taken could not be read from this device.', error))
  }
}
