import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import { createKeyedQueue } from '../../../shared/keyedQueue.ts'
import type { PartAnswer } from '../../../shared/protocol/parts.ts'
import * as storage from '../../utils/storage/answers/answerStorage.ts'
import type { Choice, KeptAnswer } from '../../utils/storage/draftSchema.ts'
import { useTabsStore } from '../tabs/tabs.ts'

/** Which question or permission it is about. */
export interface AskedKey { sessionId: string, messageId: string, partId: string }

export const answerId = ({ sessionId, messageId, partId }: AskedKey): string => JSON.stringify([sessionId, messageId, partId])

/** What a person has begun to answer, or has answered while the server could not hear it. The same in all tabs of this browser. */
export const useAnswersStore = defineStore('answers', () => {
  const tabs = useTabsStore()
  const kept = shallowReactive(new Map<string, KeptAnswer>())
  /** The server has them; what is shown of the part is older. */
  const accepted = shallowReactive(new Map<string, KeptAnswer>())
  /** Why an answer is not the one that counts, as sentences. */
  const problems = shallowReactive(new Map<string, string>())
  /** By id: one write after the other. */
  const writes = createKeyedQueue()

  /** Decided, and not known to the server yet. */
  const given = computed(() => [...kept.values()].filter(answer => answer.given).map(({ id }) => id))
  const of = (id: string): KeptAnswer | undefined => kept.get(id)

  tabs.listen(({ about }) => {
    if (about === 'answers')
      void refresh() // which never rejects
  })

  /** What the device holds. What this tab is just choosing is newer. */
  async function refresh(): Promise<void> {
    try {
      await writes.whenIdle()
      const found = new Map((await storage.getAnswers()).map(answer => [answer.id, answer]))
      for (const { id } of [...kept.values()].filter(({ id, given }) => given && !found.has(id)))
        kept.delete(id) // another tab was told that the server has it
      for (const [id, answer] of found) {
        if (!kept.has(id) || answer.given)
          kept.set(id, answer)
      }
    }
    catch (error) {
      console.warn('What was begun to be answered could not be read from this device.', error)
    }
  }

  /** Each key and each click: what is on the screen is on the device a moment later. */
  function choose(key: AskedKey, choices: Record<string, Choice>): void {
    const answer = { ...key, id: answerId(key), choices, changedAt: Date.now() }
    kept.set(answer.id, answer)
    problems.delete(answer.id)
    void write(answer.id)
  }

  /** On the device first: then nothing that happens to this browser loses it. */
  async function give(key: AskedKey, decided: PartAnswer): Promise<void> {
    const id = answerId(key)
    const answer: KeptAnswer = { ...key, id, choices: kept.get(id)?.choices ?? {}, given: decided, changedAt: Date.now() }
    problems.delete(id)
    await writes.run(id, () => storage.saveAnswer(answer)).catch(logUnstored)
    kept.set(id, answer)
    tabs.tell({ about: 'answers' })
  }

  /** It is not decided any more; what was chosen stays. @param problem why, as a sentence */
  async function takeBack(id: string, problem?: string): Promise<void> {
    const answer = kept.get(id)
    if (!answer)
      return
    const { given: _, ...undecided } = answer
    kept.set(id, undecided)
    if (problem)
      problems.set(id, problem)
    await write(id)
    tabs.tell({ about: 'answers' })
  }

  /** The server has it. */
  async function accept(id: string): Promise<void> {
    const answer = kept.get(id)
    if (answer)
      accepted.set(id, answer)
    await forget(id)
  }

  /** Answered, by whomever, or not asked any more. @param problem why it is not this device's answer */
  async function forget(id: string, problem?: string): Promise<void> {
    if (problem)
      problems.set(id, problem)
    if (!kept.delete(id))
      return
    await writes.run(id, () => storage.deleteAnswer(id)).catch(logUnstored)
    tabs.tell({ about: 'answers' })
  }

  async function forgetSessions(isGone: (sessionId: string) => boolean): Promise<void> {
    await Promise.all([...kept.values()].filter(({ sessionId }) => isGone(sessionId)).map(({ id }) => forget(id)))
  }

  /** Whatever is newest when its turn comes; nothing where it is gone. */
  function write(id: string): Promise<void> {
    return writes.run(id, async () => {
      const answer = kept.get(id)
      if (answer)
        await storage.saveAnswer(answer)
    }).catch(logUnstored)
  }

  return { given, accepted, problems, of, refresh, choose, give, takeBack, accept, forget, forgetSessions }
})

function logUnstored(error: unknown) {
  console.warn('An answer is not kept on this device; it stays in this tab.', error)
}
