import { onMounted, ref, shallowRef } from 'vue'
import type { SharedLink } from '../../../shared/protocol/sharedLink.ts'
import { createSharedLink, getSharedLinks, revokeSharedLink } from '../../utils/network/sharing.ts'

/** The links of a session for people outside: those that work, making one, taking one back. */
export function useSharedLinks(sessionId: string) {
  /** The newest first; undefined until the server has told. */
  const links = shallowRef<readonly SharedLink[]>()
  /** The one that was just made. Its address is told this once. */
  const made = shallowRef<{ id: string, address: string }>()
  const problem = ref('')
  const busy = ref(false)

  async function attempt(failure: string, work: () => Promise<void>) {
    busy.value = true
    problem.value = ''
    try {
      await work()
    }
    catch (error) {
      console.warn(failure, error)
      problem.value = `${failure} ${(error as Error).message}`
    }
    busy.value = false
  }

  const load = () => attempt('The links could not be read.', async () => { links.value = await getSharedLinks(sessionId) })

  const make = (days: number) => attempt('No link was made.', async () => {
    const { link, url } = await createSharedLink(sessionId, days)
    made.value = { id: link.id, address: new URL(url, location.origin).href }
    links.value = [link, ...links.value ?? []]
  })

  const revoke = ({ id }: SharedLink) => attempt('The link was not taken back, and still works.', async () => {
    await revokeSharedLink(sessionId, id)
    links.value = links.value?.filter(link => link.id !== id)
    if (made.value?.id === id)
      made.value = undefined
  })

  onMounted(load)

  return { links, made, problem, busy, load, make, revoke }
}
