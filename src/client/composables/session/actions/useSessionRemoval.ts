import { useRouter } from 'vue-router'
import { nameInSentence } from '../../../../shared/plainText.ts'
import { useSessionsStore } from '../../../stores/sessions.ts'
import { useDiscard } from '../../drafts/useDiscard.ts'
import { useDeletions } from './useDeletions.ts'

/** What the dialogs that ask before something is deleted do. */
export function useSessionRemoval() {
  const router = useRouter()
  const sessions = useSessionsStore()
  const { discardDraft } = useDiscard()
  const deletions = useDeletions()

  async function removeSession(id: string): Promise<void> {
    if (sessions.isLocal(id))
      return void await discardDraft(id)
    const title = nameInSentence(sessions.titleOf(id))
    const wasOpen = router.currentRoute.value.params.id === id
    deletions.removeSession(id, {
      done: `“${title}” is deleted.`,
      failed: `“${title}” could not be deleted, and is there again.`,
      restored: () => wasOpen ? router.push({ name: 'session', params: { id } }) : Promise.resolve(),
    })
    if (wasOpen)
      await router.push({ name: 'home' })
  }

  return { removeTurn: deletions.removeTurn, removeSession }
}
