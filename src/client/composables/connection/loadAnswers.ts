import { effectScope } from 'vue'
import { inBackground } from '../../utils/timing/inBackground.ts'
import { loadPart } from '../../utils/network/loadPart.ts'
import type { useAnswers } from './useAnswers.ts'

type Answers = ReturnType<typeof useAnswers>

/** What sends answers comes after the first picture of the page: nobody needs it to begin to write. */
export function loadAnswers(connection: Parameters<typeof useAnswers>[0]) {
  const scope = effectScope() // ends with the component that began it
  let loading: Promise<Answers> | undefined
  let loaded: Answers | undefined

  function load(): Promise<Answers> {
    loading ??= loadPart(() => import('./useAnswers.ts')).then(({ useAnswers }) => {
      loaded = scope.run(() => useAnswers(connection))
      if (!loaded)
        throw new DOMException('The page is gone.', 'AbortError')
      return loaded
    }).catch((error: unknown) => {
      loading = undefined // it is asked for again with the next connection
      throw error
    })
    return loading
  }

  inBackground(load(), 'What sends answers did not load; it is tried again with the next connection.')

  return {
    /** On a new connection: everything that waits. */
    resume: async () => (await load()).resume(),
    /** Nothing can have been sent before it was loaded. */
    finish: (...told: Parameters<Answers['finish']>) => loaded?.finish(...told),
    forgetSessions: async (isGone: (sessionId: string) => boolean) => (await load()).forgetSessions(isGone),
  }
}
