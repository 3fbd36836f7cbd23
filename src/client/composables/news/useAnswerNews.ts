import { computed, onScopeDispose, watch } from 'vue'
import { useSessionsStore } from '../../stores/sessions.ts'
import type { SessionEntry } from '../../stores/sessions/sessionEntry.ts'
import { notify } from '../../utils/device/notifying.ts'
import { titleMark } from '../ui/titleMark.ts'

const MARK = '● '

const stateOf = ({ running, asking }: SessionEntry) => asking ? 'asks' : running ? 'runs' : 'rests'

/** Says in the tab's title, and as a notification where the person wants that, that an agent answered or asks while they look elsewhere. */
export function useAnswerNews(open: (id: string) => unknown): void {
  const sessions = useSessionsStore()
  const states = computed(() => new Map(sessions.entries.map(entry => [entry.id, stateOf(entry)])))

  watch(states, (now, before) => {
    if (document.visibilityState === 'visible')
      return
    for (const [id, state] of now) {
      if (before.get(id) === 'runs' && state !== 'runs')
        tell(id, state === 'asks' ? 'The agent asks you something.' : 'The agent has answered.')
    }
  })

  function tell(id: string, what: string) {
    titleMark.value = MARK
    notify({ title: sessions.titleOf(id), text: what, about: id, open: () => open(id) })
  }

  function look() {
    if (document.visibilityState === 'visible')
      titleMark.value = ''
  }
  document.addEventListener('visibilitychange', look)
  onScopeDispose(() => document.removeEventListener('visibilitychange', look))
}
