import { computed, watch } from 'vue'
import { useDataStore } from '../../stores/data.ts'
import { useOutboxStore } from '../../stores/outbox.ts'
import { createSaveSoon } from '../../utils/timing/saveSoon.ts'

/** All of them are tried together. */
const ALL = 'all'

/** Files that found no room on the device are tried again after a while, more and more seldom, and at once when room was made. */
export function useTabOnlyFiles(): void {
  const data = useDataStore()
  const outbox = useOutboxStore()
  const saving = createSaveSoon(save)

  const files = computed(() => [...data.shownSessions()].flatMap(sessionId => data.attachmentsOf(sessionId).map(({ id, state }) => ({ id, sessionId, state }))))
  const tabOnly = computed(() => files.value.filter(({ state }) => state === 'tab-only'))
  /** What takes room that may be given back: files by their ids, and messages, whose files are no draft's any more. */
  const held = computed(() => [...files.value.filter(({ state }) => state === 'saved').map(({ id }) => id), ...outbox.messages.flatMap(({ mediaIds }) => mediaIds)])

  watch(() => tabOnly.value.map(({ id }) => id).join(), ids => ids && saving.later(ALL), { immediate: true })

  watch(held, (now, before) => {
    if (tabOnly.value.length && before.some(id => !now.includes(id)))
      saving.soon(ALL)
  })

  async function save(): Promise<boolean> {
    try {
      for (const sessionId of new Set(tabOnly.value.map(({ sessionId }) => sessionId)))
        await data.saveTabOnly(sessionId)
    }
    catch (error) {
      console.warn('Files that are in this tab only were not tried again.', error)
    }
    return !tabOnly.value.length
  }
}
