import { shallowRef } from 'vue'

type Renderer = (text: string, id: string) => string[]

/** Undefined until it has been fetched: it is too heavy to hold up the composer. */
export const markdownRenderer = shallowRef<Renderer>()

let loading: Promise<void> | undefined

/** Once for all; where it cannot be fetched the text stays plain, and the next message tries again. */
export function loadMarkdown(): Promise<void> {
  return loading ??= import('../../utils/text/markdown/markdown.ts').then(
    ({ renderBlocks }) => { markdownRenderer.value = renderBlocks },
    (error: unknown) => {
      loading = undefined
      console.warn('Messages are shown as plain text:', error)
    },
  )
}
