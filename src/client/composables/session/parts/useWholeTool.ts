import { inject, provide, ref, type InjectionKey } from 'vue'
import { useHistoryStore } from '../../../stores/history.ts'
import { getPart } from '../../../utils/network/api.ts'
import { useDelayed } from '../../ui/useDelayed.ts'

type Message = () => { sessionId: string, id: string }

const OF_MESSAGE: InjectionKey<Message> = Symbol('the message whose parts are shown')

/** For all that is shown inside: whose parts they are. */
export const provideMessage = (message: Message) => provide(OF_MESSAGE, message)

/** Asks for what a folded tool was given and returned. It is the message's from then on. */
export function useWholeTool(partId: string) {
  const history = useHistoryStore()
  const message = inject(OF_MESSAGE, undefined)
  const loading = ref(false)
  /** Why it could not be loaded, as a sentence. */
  const problem = ref('')

  async function load() {
    if (!message || loading.value)
      return
    const { sessionId, id } = message()
    loading.value = true
    problem.value = ''
    try {
      history.putPart(sessionId, id, await getPart(sessionId, id, partId))
    }
    catch (error) {
      problem.value = error instanceof Error ? error.message : String(error)
    }
    loading.value = false
  }

  void load()
  return { waits: useDelayed(() => loading.value), problem, load }
}
