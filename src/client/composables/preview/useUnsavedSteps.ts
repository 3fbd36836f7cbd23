import { computed } from 'vue'
import type { AttachmentView, UnsavedKind } from '../../../shared/attachmentView.ts'
import { nameInSentence } from '../../../shared/plainText.ts'
import type { ChangeMeans } from './useChanges.ts'

type Notices = ChangeMeans['notices']

const BEGINNING = 'is as it was before it was edited'
const REST: Record<UnsavedKind, string> = {
  'drawn': 'What was drawn on it is not in it, and is there when you go on editing.',
  'taken back': 'What was drawn on it is not in it; Redo brings it back when you go on editing.',
}

const isAbout = (id: string) => ({ about, text }: { about?: string, text: string }) => about === id && text.includes(BEGINNING)

/**
 * A picture that was drawn on, and closed before it was done, is sent as it was: that is told where it is seen, and
 * beside the button that sends it.
 */
export function useUnsavedSteps(notices: Notices, sessionId: () => string, attachment: () => AttachmentView) {
  const session = sessionId() // another one may be shown when this one is left
  const { id, name } = attachment()

  const unsaved = computed(() => notices.allOf(session).find(isAbout(id))?.text)
  const withdraw = () => notices.withdraw(session, isAbout(id))
  /** It is still the draft's, and nobody has dismissed what was told of it. */
  const isMissed = () => notices.noticesOf(session).some(isAbout(id))
  const tellUnsaved = (how: UnsavedKind) => tell(notices, session, { id, name }, how)

  return { unsaved, tellUnsaved, isMissed, withdraw }
}

function tell(notices: Notices, session: string, { id, name }: Pick<AttachmentView, 'id' | 'name'>, how: UnsavedKind): void {
  notices.withdraw(session, isAbout(id))
  notices.tell(session, `${nameInSentence(name)} ${BEGINNING}. ${REST[how]}`, 'warning', { about: id })
}

/** Those of an earlier page, told once in the life of this one. */
const told = new Set<string>()

/** What an earlier page has left, until a picture is another one: it was edited to its end, here or in another tab. */
export function tellLeft(notices: Notices, session: string, views: readonly AttachmentView[]): void {
  for (const view of views) {
    const isTold = told.has(view.id)
    if (view.unsaved && !isTold)
      tell(notices, session, view, view.unsaved)
    else if (!view.unsaved && isTold)
      notices.withdraw(session, isAbout(view.id))
    if (view.unsaved)
      told.add(view.id)
    else
      told.delete(view.id)
  }
}
