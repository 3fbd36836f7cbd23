import { defineStore } from 'pinia'
import { onScopeDispose, shallowReactive } from 'vue'
import { onProgress } from '../workers/conversion/progress.ts'

/** How far the conversions are that take a while, by the id of the attachment. */
export const useConversionsStore = defineStore('conversions', () => {
  const progress = shallowReactive(new Map<string, number>())

  onScopeDispose(onProgress((id, fraction) => {
    if (fraction === undefined)
      progress.delete(id)
    else
      progress.set(id, fraction)
  }))

  const progressOf = (id: string): number | undefined => progress.get(id)

  return { progressOf }
})
