import { computed, inject, provide, type InjectionKey } from 'vue'
import { useRouter } from 'vue-router'
import { replyOf, replyWords, type Reply, type ReplyWords } from '../../../../shared/parts/replies.ts'
import { derivedTitle } from '../../../../shared/titles.ts'
import type { HistoryItem } from '../../../stores/history/historyItem.ts'

/** What a message belongs to, in words, and where that is: its key, or its id where it is not loaded. */
interface ShownReply extends ReplyWords { place: string }

interface Replies {
  of: (item: HistoryItem) => ShownReply | undefined
  /** Brings a message into view, and to the one who reads. @param place its key or id */
  go: (place: string) => void
}

const KEY: InjectionKey<Replies> = Symbol('replies')

/** Of messages in their order. Of the first one nothing is said: what stands above it may not be loaded yet. */
const repliesOf = (items: readonly HistoryItem[]): ReadonlyMap<string, Reply> => new Map(items.flatMap((item, i) => {
  const reply = i > 0 ? replyOf(item, items[i - 1]) : undefined
  return reply ? [[item.key, reply] as const] : []
}))

function shown(reply: Reply, byId: ReadonlyMap<string, HistoryItem>): ShownReply {
  const there = byId.get(reply.id)
  const asked = reply.kind === 'answers' ? there : byId.get(there?.replyTo ?? '')
  return { ...replyWords(reply, asked ? derivedTitle(asked.text, asked.attachments[0]?.name) : ''), place: there?.key ?? reply.id }
}

/** For the list: which of its messages say what they belong to. @param wanted the key of the message that is looked for @param bring goes to it once more */
export function provideReplies({ items, wanted, bring }: { items: () => readonly HistoryItem[], wanted: () => string, bring: () => void }): void {
  const router = useRouter()
  const replies = computed(() => repliesOf(items()))
  const byId = computed(() => new Map(items().map(item => [item.id, item])))
  provide(KEY, {
    of({ key }) { // words are read for a message that is drawn only
      const reply = replies.value.get(key)
      return reply && shown(reply, byId.value)
    },
    go: place => place === wanted() ? bring() : void router.push({ hash: `#${place}` }),
  })
}

/** For one message of the list. */
export function useReply(item: () => HistoryItem) {
  const replies = inject(KEY, undefined)
  return { reply: computed(() => replies?.of(item())), go: (place: string) => replies?.go(place) }
}
