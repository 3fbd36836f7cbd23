import { computed, onScopeDispose, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { useDraftsStore } from '../../stores/drafts.ts'

/** Milliseconds that the offer stands. Who points at it, or has it in focus, is still thinking. */
const OFFERED = 10_000

/** What was pasted, and what the draft's text was just before. */
interface Pasted {
  text: string
  files: File[]
  before: string
  /** Where in that text it was put, and what it took the place of. */
  start: number
  end: number
}

/** A clipboard that held a text and a file: the text was pasted, and the person may have meant the other, or both. */
export function usePasteAs(sessionId: MaybeRefOrGetter<string>, add: (files: File[]) => Promise<void>) {
  const drafts = useDraftsStore()
  const pasted = shallowRef<Pasted>()
  let timer: ReturnType<typeof setTimeout> | undefined

  /** What the files are called together; undefined while there is nothing to choose. */
  const offer = computed(() => pasted.value && (pasted.value.files.every(({ type }) => type.startsWith('image/')) ? 'Picture' : 'File'))

  function begin(what: Pasted): void {
    pasted.value = { ...what, text: what.text.replaceAll('\r\n', '\n') } // as the text field keeps it
    resume()
  }

  const hold = (): void => clearTimeout(timer)

  function resume(): void {
    clearTimeout(timer)
    timer = setTimeout(end, OFFERED)
  }

  function end(): void {
    clearTimeout(timer)
    pasted.value = undefined
  }

  function choose(as: 'text' | 'file' | 'both'): void {
    const session = toValue(sessionId)
    const chosen = pasted.value
    end()
    if (!chosen || as === 'text')
      return
    void add(chosen.files)
    if (as === 'file')
      drafts.setText(session, without(drafts.textOf(session), chosen))
  }

  watch([() => toValue(sessionId), () => drafts.textOf(toValue(sessionId)) === ''], end) // another one, or sent
  onScopeDispose(end)

  return { offer, begin, choose, hold, resume }
}

/** As it was; where the person has gone on writing, with the pasted words taken out of it. */
function without(now: string, { text, before, start, end }: Pasted): string {
  if (now === before.slice(0, start) + text + before.slice(end))
    return before
  const at = now.startsWith(text, start) ? start : now.indexOf(text)
  return at < 0 ? now : now.slice(0, at) + now.slice(at + text.length)
}
