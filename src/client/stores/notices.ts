import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { uuid } from '../../shared/uuid.ts'

export interface Notice {
  id: string
  /** A whole sentence: what happened, why, what would work. */
  text: string
  tone: 'danger' | 'warning' | 'neutral'
  /** What can be done about it, as a button. */
  action?: { label: string, run: () => void }
}

/** What a person has to be told, per session; it stays until it is dismissed or the reason is gone. */
export const useNoticesStore = defineStore('notices', () => {
  const notices = shallowReactive(new Map<string, readonly Notice[]>())

  const noticesOf = (sessionId: string): readonly Notice[] => notices.get(sessionId) ?? []

  /** The same sentence twice is shown once. @returns the notice's id */
  function tell(sessionId: string, text: string, tone: Notice['tone'] = 'danger', action?: Notice['action']): string {
    const notice = { id: uuid(), text, tone, action }
    notices.set(sessionId, [...noticesOf(sessionId).filter(other => other.text !== text), notice])
    return notice.id
  }

  function dismiss(sessionId: string, id: string): void {
    notices.set(sessionId, noticesOf(sessionId).filter(notice => notice.id !== id))
  }

  function clear(sessionId: string): void {
    notices.delete(sessionId)
  }

  return { noticesOf, tell, dismiss, clear }
})
