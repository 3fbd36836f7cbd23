import { computed, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { LIMITS } from '../../shared/attachments.ts'
import { useDataStore } from '../stores/data.ts'
import { useDraftsStore } from '../stores/drafts.ts'
import { pastedName } from '../utils/transfers.ts'

interface LongPaste {
  text: string
  /** The file it was made, once it was. */
  file?: string
}

/** A long text that was pasted: it can be attached as a file instead, and put back. */
export function useLongPaste(sessionId: MaybeRefOrGetter<string>, add: (files: File[]) => Promise<void>) {
  const data = useDataStore()
  const drafts = useDraftsStore()
  const paste = shallowRef<LongPaste>()

  const attachment = computed(() => data.attachmentsOf(toValue(sessionId)).find(({ name }) => name === paste.value?.file))
  /** What can be done with it now; nothing once the person has changed it or sent it. */
  const offer = computed(() => {
    if (!paste.value)
      return undefined
    if (attachment.value)
      return 'put-back'
    return drafts.textOf(toValue(sessionId)).includes(paste.value.text) ? 'attach' : undefined
  })

  watch(() => toValue(sessionId), () => { paste.value = undefined })

  function notice(pasted: string): void {
    const text = pasted.replaceAll('\r\n', '\n') // as the text field keeps it
    if (text.length > LIMITS.pastedTextChars)
      paste.value = { text }
  }

  async function attach(): Promise<void> {
    const session = toValue(sessionId)
    const { text } = paste.value!
    const file = pastedName('text/plain')
    await add([new File([text], file, { type: 'text/plain' })])
    if (!data.attachmentsOf(session).some(({ name }) => name === file))
      return // refused, and the person was told; the text is still where it was
    drafts.setText(session, drafts.textOf(session).replace(text, () => ''))
    paste.value = { text, file }
  }

  async function putBack(): Promise<void> {
    const session = toValue(sessionId)
    const { text } = paste.value!
    drafts.setText(session, [drafts.textOf(session), text].filter(Boolean).join('\n'))
    if (attachment.value)
      await data.removeAttachment(session, attachment.value.id)
    paste.value = { text }
  }

  const dismiss = () => { paste.value = undefined }

  return { offer, chars: computed(() => paste.value?.text.length ?? 0), notice, attach, putBack, dismiss }
}
