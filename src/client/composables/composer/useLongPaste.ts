import { computed, shallowReactive, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { LIMITS } from '../../../shared/attachments.ts'
import { useDataStore } from '../../stores/data.ts'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useNoticesStore } from '../../stores/notices.ts'
import { joinTexts } from '../../utils/text/joinTexts.ts'
import { isPastedText, pastedName } from '../../utils/input/transfers.ts'

/** A long text that was pasted: it can be attached as a file instead, and put back, also by a later tab. */
export function useLongPaste(sessionId: MaybeRefOrGetter<string>, add: (files: File[]) => Promise<void>) {
  const data = useDataStore()
  const drafts = useDraftsStore()
  const notices = useNoticesStore()
  /** Pasted just now, and still in the text. */
  const pasted = shallowRef<string>()
  /** Attachments that shall stay what they are. */
  const dismissed = shallowReactive(new Set<string>())

  const attachment = computed(() => data.attachmentsOf(toValue(sessionId))
    .findLast(({ id, name, state }) => state !== 'preparing' && isPastedText(name) && !dismissed.has(id)))
  /** What can be done with it now; nothing once the person has changed it or sent it. */
  const offer = computed(() => {
    if (pasted.value !== undefined && drafts.textOf(toValue(sessionId)).includes(pasted.value))
      return 'attach'
    return attachment.value ? 'put-back' : undefined
  })
  const bytes = computed(() => offer.value === 'attach' ? new Blob([pasted.value ?? '']).size : attachment.value?.size ?? 0)

  watch(() => toValue(sessionId), () => { pasted.value = undefined })

  function notice(text: string): void {
    const kept = text.replaceAll('\r\n', '\n') // as the text field keeps it
    if (kept.length > LIMITS.pastedTextChars)
      pasted.value = kept
  }

  const attach = () => attachText(pasted.value)
  /** Of a text that is too long for a message, whoever wrote it. */
  const attachAll = () => attachText(drafts.textOf(toValue(sessionId)))

  async function attachText(text: string | undefined): Promise<void> {
    const session = toValue(sessionId)
    if (!text)
      return
    const file = pastedName('text/plain')
    await add([new File([text], file, { type: 'text/plain' })])
    if (!data.attachmentsOf(session).some(({ name }) => name === file))
      return // refused, and the person was told; the text is still where it was
    drafts.setText(session, drafts.textOf(session).replace(text, () => ''))
    pasted.value = undefined
  }

  async function putBack(): Promise<void> {
    const session = toValue(sessionId)
    if (!attachment.value)
      return
    const { id, name } = attachment.value
    try {
      const text = await (await data.openAttachment(id)).text()
      drafts.setText(session, joinTexts(drafts.textOf(session), text))
      pasted.value = text
      await data.removeAttachment(session, id)
    }
    catch (error) {
      console.error(error)
      notices.tell(session, `${name} could not be put back into the message: ${(error as Error).message}. It is still attached.`)
    }
  }

  function dismiss(): void {
    if (offer.value === 'put-back' && attachment.value)
      dismissed.add(attachment.value.id)
    pasted.value = undefined
  }

  return { offer, bytes, notice, attach, attachAll, putBack, dismiss }
}
