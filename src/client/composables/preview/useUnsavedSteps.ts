import { computed } from 'vue'
import type { AttachmentView } from '../../../shared/attachmentView.ts'
import { nameInSentence } from '../../../shared/plainText.ts'
import type { ChangeMeans } from './useChanges.ts'

const BEGINNING = 'is as it was before it was edited'
const REST = {
  'drawn': 'What was drawn on it is not in it, and is there when you go on editing.',
  'taken back': 'What was drawn on it is not in it; Redo brings it back when you go on editing.',
}

/**
 * A picture that was drawn on, and closed before it was done, is sent as it was: that is told where it is seen, and
 * beside the button that sends it.
 */
export function useUnsavedSteps({ allOf, tell, withdraw: withdrawAll }: ChangeMeans['notices'], sessionId: () => string, attachment: () => AttachmentView) {
  const session = sessionId() // another one may be shown when this one is left
  const { id, name } = attachment()
  const isOfThis = ({ about, text }: { about?: string, text: string }) => about === id && text.includes(BEGINNING)

  const unsaved = computed(() => allOf(session).find(isOfThis)?.text)
  const withdraw = () => withdrawAll(session, isOfThis)

  function tellUnsaved(how: keyof typeof REST): void {
    withdraw()
    tell(session, `${nameInSentence(name)} ${BEGINNING}. ${REST[how]}`, 'warning', { about: id })
  }

  return { unsaved, tellUnsaved, withdraw }
}
