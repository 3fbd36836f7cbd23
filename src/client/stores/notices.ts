import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { uuid } from '../../shared/uuid.ts'
import { useDataStore } from './data.ts'

export interface Notice {
  id: string
  /** A whole sentence: what happened, why, what would work. */
  text: string
  tone: 'danger' | 'warning' | 'neutral'
  /** The attachment that it is about, by id: it goes with it, and comes back with it. */
  about?: string
  /** The name of a file that was not attached. */
  rejected?: string
  /** What can be done about it, as a button. */
  action?: { label: string, run: () => void }
}

/** What a person has to be told, per session; it stays until it is dismissed or the reason is gone. */
export const useNoticesStore = defineStore('notices', () => {
  const data = useDataStore()
  const notices = shallowReactive(new Map<string, readonly Notice[]>())

  const allOf = (sessionId: string): readonly Notice[] => notices.get(sessionId) ?? []

  /** Those whose file is there. */
  function noticesOf(sessionId: string): readonly Notice[] {
    const here = new Set(data.attachmentsOf(sessionId).map(({ id }) => id))
    return allOf(sessionId).filter(({ about }) => about === undefined || here.has(about))
  }

  /** The same sentence twice is shown once. @returns the notice's id */
  function tell(sessionId: string, text: string, tone: Notice['tone'] = 'danger', of: Pick<Notice, 'about' | 'rejected' | 'action'> = {}): string {
    const notice = { id: uuid(), text, tone, ...of }
    notices.set(sessionId, [...allOf(sessionId).filter(other => other.text !== text), notice])
    return notice.id
  }

  const dismiss = (sessionId: string, id: string): void => withdraw(sessionId, notice => notice.id === id)

  /** Their reason is gone. */
  function withdraw(sessionId: string, isOver: (notice: Notice) => boolean): void {
    notices.set(sessionId, allOf(sessionId).filter(notice => !isOver(notice)))
  }

  function clear(sessionId: string): void {
    notices.delete(sessionId)
  }

  /** What they are about goes for a while. @returns brings them back with it */
  function take(sessionId: string): () => void {
    const taken = allOf(sessionId)
    clear(sessionId)
    return () => notices.set(sessionId, [...taken.filter(({ text }) => !allOf(sessionId).some(other => other.text === text)), ...allOf(sessionId)])
  }

  return { allOf, noticesOf, tell, dismiss, withdraw, clear, take }
})
