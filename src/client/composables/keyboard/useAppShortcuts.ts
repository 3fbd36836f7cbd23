import { watch, type Ref } from 'vue'
import { useHistoryStore } from '../../stores/history.ts'
import { useOverlaysStore } from '../../stores/navigation/overlays.ts'
import { useSessionsStore } from '../../stores/sessions.ts'
import { inListOrder } from '../../utils/text/sessionGroups.ts'
import { useCopying } from '../session/actions/useCopying.ts'
import { useEditLast } from './useEditLast.ts'
import { useShortcuts } from './useShortcuts.ts'

/** The keys of the app, and that whoever looks at an answer has seen it. */
export function useAppShortcuts({ currentId, create, open, focus, stop }: {
  currentId: Readonly<Ref<string | undefined>>
  create: () => unknown
  open: (id: string) => unknown
  focus: () => unknown
  stop: (id: string) => unknown
}): void {
  const histories = useHistoryStore()
  const overlays = useOverlaysStore()
  const sessions = useSessionsStore()
  const copying = useCopying(() => currentId.value ?? '')
  const current = () => sessions.entries.find(({ id }) => id === currentId.value)

  function go(step: number): boolean {
    const listed = inListOrder(sessions.entries.filter(({ archived, id }) => !archived || id === currentId.value))
    const at = listed.findIndex(({ id }) => id === currentId.value)
    const next = at < 0 ? listed[0] : listed[at + step]
    if (next)
      open(next.id)
    return true
  }

  function copy(): boolean {
    const answer = histories.historyOf(currentId.value ?? '')?.items.findLast(({ role, text }) => role === 'assistant' && text)
    if (!answer)
      return false
    void copying.copy(`${answer.id} Copy`, answer.text) // its button says so
    return true
  }

  function show(name: 'search' | 'keyboard'): boolean {
    overlays.open(name === 'search' ? { name, text: '' } : { name })
    return true
  }

  useShortcuts({
    search: () => show('search'),
    keyboard: () => show('keyboard'),
    new() {
      create()
      return true
    },
    previous: () => go(-1),
    next: () => go(1),
    copy,
    edit: useEditLast(currentId, focus),
    stop() {
      const entry = current()
      if (entry?.running)
        stop(entry.id)
      return entry?.running ?? false
    },
    write() {
      focus()
      return true
    },
  })

  const see = () => {
    const entry = current()
    if (entry?.unread && document.visibilityState === 'visible')
      sessions.mark(entry.id, { unread: false }).catch((error: unknown) => console.warn('That an answer was seen is not noted yet.', error))
  }
  // A person who marks what they look at as unread wants to come back to it: only what changes counts.
  watch([currentId, () => current()?.running], see)
  document.addEventListener('visibilitychange', see)
}
