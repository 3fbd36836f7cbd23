import { computed, ref, toValue, type MaybeRefOrGetter } from 'vue'
import { shownSentence } from '../../../shared/plainText.ts'
import { useDataStore } from '../../stores/data.ts'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useNoticesStore, type Notice } from '../../stores/notices.ts'
import { nameList } from '../../utils/text/nameList.ts'

const OBSTACLES = {
  'blocked-by-older-tab': 'Another tab has an older version of Satchel open, and drafts cannot be saved until it is closed. Close the other tabs; what you write here stays.',
  'newer-version-exists': 'Another tab has opened a newer version of Satchel. Copy what is not saved here, then reload this tab.',
} as const

const WEIGHT = { danger: 0, warning: 1, neutral: 2 } as const satisfies Record<Notice['tone'], number>

/** What a person has to be told in one session: its own notices, and what concerns the whole device. */
export function useNotices(sessionId: MaybeRefOrGetter<string>) {
  const data = useDataStore()
  const drafts = useDraftsStore()
  const store = useNoticesStore()
  const dismissed = ref<string>()
  const goneDismissed = ref<string>()

  const device = computed<Notice[]>(() => {
    const text = drafts.obstacle ? OBSTACLES[drafts.obstacle] : drafts.saveProblem
    return text && text !== dismissed.value ? [{ id: 'device', text, tone: 'warning' }] : []
  })
  /** As long as they are shown, nothing is sent: it is told until they are attached again or removed. */
  const gone = computed<Notice[]>(() => {
    const names = data.attachmentsOf(toValue(sessionId)).filter(({ state }) => state === 'gone').map(({ name }) => name)
    const text = names.length ? goneText(names) : undefined
    return text && text !== goneDismissed.value ? [{ id: 'gone', text, tone: 'danger' }] : []
  })
  /** What keeps one from going on stands first, and mere information last. */
  const notices = computed(() => [...device.value, ...gone.value, ...store.noticesOf(toValue(sessionId))].sort((a, b) => WEIGHT[a.tone] - WEIGHT[b.tone])
    .map(notice => ({ ...notice, text: shownSentence(notice.text, namesIn(notice)) })))

  /** Files that it is known to name. */
  function namesIn({ about, rejected }: Notice) {
    const attached = data.attachmentsOf(toValue(sessionId)).find(({ id }) => id === about)?.name
    return [rejected, attached].filter(name => name !== undefined)
  }

  function dismiss(id: string): void {
    if (id === 'device')
      dismissed.value = device.value[0]?.text
    else if (id === 'gone')
      goneDismissed.value = gone.value[0]?.text
    else
      store.dismiss(toValue(sessionId), id)
  }

  /** Does what the notice offers; it has then said what it had to. */
  function act(id: string): void {
    const notice = notices.value.find(other => other.id === id)
    dismiss(id)
    notice?.action?.run()
  }

  return { notices, act, tell: (text: string) => store.tell(toValue(sessionId), text), dismiss }
}

/** Names that a sentence holds; of more it says how many. */
const NAMED = 5

function goneText(names: readonly string[]) {
  const them = names.length === 1 ? 'it' : 'them'
  return `The browser has removed ${nameList(names, NAMED)} from this device. Attach ${them} again, or remove ${them} here to send the rest; your text is still here.`
}
