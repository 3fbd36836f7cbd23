import { shallowRef } from 'vue'
import { loadPart } from '../../../utils/network/loadPart.ts'

/** Made for one text, which may grow. */
type MakeRenderer = (id: string) => (text: string, growing: boolean) => string[]

/** Undefined until it has been fetched: it is too heavy to hold up the composer. */
export const markdownRenderer = shallowRef<MakeRenderer>()

let loading: Promise<void> | undefined

/** Once for all; where it cannot be fetched the text stays plain, and the next message tries again. */
export function loadMarkdown(): Promise<void> {
  return loading ??= loadPart(() => import('../../../utils/text/markdown/growingText.ts')).then(
    ({ growingRenderer }) => { markdownRenderer.value = growingRenderer },
    (error: unknown) => {
      loading = undefined
      console.warn('Messages are shown as plain text:', error)
    },
  )
}
