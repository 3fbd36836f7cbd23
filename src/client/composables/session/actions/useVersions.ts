import { onMounted, ref, useTemplateRef } from 'vue'
import type { HistoryItem } from '../../../stores/history/historyItem.ts'
import { useNoticesStore } from '../../../stores/notices.ts'
import { chooseVersion } from '../../../utils/network/api.ts'

/** The message that was gone to from one of its versions, and how: its buttons take the focus of those that are gone. */
let wanted: { id: string, by: 'previous' | 'next' } | undefined

/** Going between the versions of a message. */
export function useVersions(item: () => HistoryItem) {
  const notices = useNoticesStore()
  const group = useTemplateRef<HTMLElement>('group')
  const busy = ref(false)

  async function go(by: 'previous' | 'next'): Promise<void> {
    const { sessionId, branch } = item()
    const id = by === 'previous' ? branch?.previousId : branch?.nextId
    if (!id || busy.value)
      return
    busy.value = true
    wanted = { id, by }
    try {
      await chooseVersion(sessionId, id)
    }
    catch (error) {
      wanted = undefined
      notices.tell(sessionId, `The other version was not opened. ${(error as Error).message}`)
    }
    finally {
      busy.value = false
    }
  }

  onMounted(() => {
    if (wanted?.id !== item().id)
      return
    group.value?.querySelector<HTMLElement>(`.${wanted.by}`)?.focus()
    wanted = undefined
  })

  return { busy, go }
}
