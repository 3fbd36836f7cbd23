import { computed, watch } from 'vue'
import { nameInSentence } from '../../../shared/plainText.ts'
import type { AttachmentView } from '../../../shared/attachmentView.ts'
import { useDataStore } from '../../stores/data.ts'
import { useNoticesStore } from '../../stores/notices.ts'

interface WaitingFile {
  id: string
  sessionId: string
  text: string
}

/** Tells of files that cannot be prepared yet, and keep their message from being sent; no more once they are. */
export function useWaitingFiles(): void {
  const data = useDataStore()
  const notices = useNoticesStore()

  const waiting = computed(() => [...data.shownSessions()].flatMap(sessionId =>
    data.attachmentsOf(sessionId).filter(({ waitsFor }) => waitsFor).map((view): WaitingFile => ({ id: view.id, sessionId, text: sentenceOf(view) }))))

  watch(waiting, (now, before = []) => {
    const isIn = (all: readonly WaitingFile[]) => ({ id, text }: WaitingFile) => all.some(other => other.id === id && other.text === text)
    for (const { sessionId, text } of before.filter(file => !isIn(now)(file)))
      notices.withdraw(sessionId, notice => notice.text === text)
    for (const { id, sessionId, text } of now.filter(file => !isIn(before)(file)))
      notices.tell(sessionId, text, 'warning', { about: id })
  }, { immediate: true })
}

function sentenceOf({ name, safe, waitsFor }: AttachmentView): string {
  if (waitsFor === 'other-tab')
    return `${nameInSentence(name)} cannot be prepared yet: a part of Satchel that this needs did not come, or there is a newer version. Reload the tab in which it was attached. The file is safe on this device. The message can be sent then, or now without it: remove it.`
  const place = safe ? 'The file is safe on this device' : 'The file is in this tab only'
  return waitsFor === 'server'
    ? `${nameInSentence(name)} cannot be prepared yet: a part of Satchel that this needs could not be loaded, because the server cannot be reached. ${place}, and it is tried again by itself. The message can be sent then, or now without it: remove it.`
    : `${nameInSentence(name)} cannot be prepared yet: a part of Satchel that this needs did not come, or there is a newer version. ${safe ? 'Reload the page.' : 'Reload the page, and attach it again.'} ${place}. The message can be sent then, or now without it: remove it.`
}
