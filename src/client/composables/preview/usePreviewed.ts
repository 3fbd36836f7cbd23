import { computed, shallowRef, type Ref } from 'vue'
import type { AttachmentView } from '../../../shared/attachments.ts'
import type { HistoryItem } from '../../stores/history/historyItem.ts'
import { shownAttachments } from '../../utils/parts/images.ts'

/** Which attachments of a session are looked at, of its draft or of one message, and which of them is shown. */
export function usePreviewed(draft: Readonly<Ref<readonly AttachmentView[]>>) {
  const item = shallowRef<HistoryItem>()
  const currentId = shallowRef<string | null>(null)
  const attachments = computed(() => item.value ? shownAttachments(item.value) : draft.value)
  /** Only what is not sent yet can be changed. */
  const isDraft = computed(() => item.value === undefined)

  function preview(attachment: AttachmentView, of?: HistoryItem): void {
    item.value = of
    currentId.value = attachment.id
  }

  return { currentId, attachments, isDraft, preview }
}
