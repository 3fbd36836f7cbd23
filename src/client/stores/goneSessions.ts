import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { useLocalSessionsStore } from './localSessions.ts'

/** `deleted` is for good: nothing makes such a session anew. Of an `unknown` one the server has never heard. */
export type Absence = 'deleted' | 'unknown'

/** The sessions that have an address or a draft here, and that the server said are not there. */
export const useGoneSessionsStore = defineStore('goneSessions', () => {
  const local = useLocalSessionsStore()
  const absences = shallowReactive(new Map<string, Absence>())

  const isDeleted = (id: string): boolean => absences.get(id) === 'deleted'
  /** What was begun on this device need not be known to the server yet. */
  const absenceOf = (id: string): Absence | undefined => isDeleted(id) || !local.sessions.has(id) ? absences.get(id) : undefined

  function add(id: string, absence: Absence): void {
    if (!isDeleted(id))
      absences.set(id, absence)
  }

  /** It is there after all. */
  function found(id: string): void {
    if (!isDeleted(id))
      absences.delete(id)
  }

  return { absenceOf, isDeleted, add, found }
})
