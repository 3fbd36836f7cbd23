import { toValue, watchEffect, type MaybeRefOrGetter } from 'vue'

/** What the browser calls this tab. */
export function useDocumentTitle(title: MaybeRefOrGetter<string>): void {
  watchEffect(() => { document.title = `${toValue(title)} – Satchel` })
}
