import { computed, shallowRef, type Ref } from 'vue'
import type { AttachmentView } from '../../../shared/attachmentView.ts'

/** Which attachments of a session are looked at, of its draft or those of one message, and which of them is shown. */
export function usePreviewed(draft: Readonly<Ref<readonly AttachmentView[]>>) {
  const shownIn = shallowRef<() => readonly AttachmentView[]>()
  const currentId = shallowRef<string | null>(null)
  const attachments = computed(() => shownIn.value?.() ?? draft.value)
  /** Only what is not sent yet can be changed. */
  const isDraft = computed(() => shownIn.value === undefined)

  function preview(attachment: AttachmentView, shown?: () => readonly AttachmentView[]): void {
    shownIn.value = shown
    currentId.value = attachment.id
  }

  return { currentId, attachments, isDraft, preview }
}
