import { onMounted, watch, type Ref } from 'vue'

/**
 * A text in the field that it is written in. A letter that was typed stands there already: nothing is drawn anew for
 * it, and only what comes from elsewhere is put in.
 * @returns to be called with each input
 */
export function useTextField(field: Readonly<Ref<HTMLTextAreaElement | null>>, text: Ref<string>): () => void {
  let shown: string | undefined

  function show() {
    if (!field.value || text.value === shown)
      return
    shown = text.value
    field.value.value = shown
  }

  onMounted(show)
  watch(text, show, { flush: 'post' })

  return () => {
    shown = field.value?.value ?? ''
    text.value = shown
  }
}
