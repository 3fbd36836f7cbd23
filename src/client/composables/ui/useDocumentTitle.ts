import { toValue, watchEffect, type MaybeRefOrGetter } from 'vue'
import { useSessionsStore } from '../../stores/sessions.ts'
import { coveringTitle, titleMark } from './titleMark.ts'

/** What the browser calls this tab; before it, how many sessions wait for the person, and whether there is news. */
export function useDocumentTitle(title: MaybeRefOrGetter<string>): void {
  const sessions = useSessionsStore()
  watchEffect(() => {
    const mark = sessions.askingCount ? `(${sessions.askingCount}) ` : ''
    document.title = `${titleMark.value}${mark}${coveringTitle.value || toValue(title)} – Satchel`
  })
}
