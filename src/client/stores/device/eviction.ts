import { defineStore } from 'pinia'
import { rememberedAccount } from '../../utils/device/accountMemory.ts'
import { scopeOf, storageScope } from '../../utils/device/storageScope.ts'
import { markDevice, readDeviceMark } from '../../utils/storage/deviceMark.ts'
import { useDataStore } from '../data.ts'
import { useDraftsStore } from '../drafts.ts'
import { useNoticesStore } from '../notices.ts'
import { useOutboxStore } from '../outbox.ts'

/** An account that signed out, perhaps in another tab, wants nothing of it kept here. */
const isSignedIn = () => scopeOf(rememberedAccount()) === storageScope()

/** Names that a sentence holds; of more it says how many. */
const NAMED = 3

/**
 * Notices when the browser has removed what this tab took for saved: to make room, or because somebody cleared its
 * data. What this tab still has is saved again; what is gone is named, and nothing is sent without it unasked.
 */
export const useEvictionStore = defineStore('eviction', () => {
  const data = useDataStore()
  const drafts = useDraftsStore()
  const notices = useNoticesStore()
  const outbox = useOutboxStore()
  let mark: string | undefined
  let checking: Promise<boolean> | undefined

  /** @returns whether something was removed since the last look */
  function check(): Promise<boolean> {
    return checking ??= look().finally(() => { checking = undefined })
  }

  /**
   * Of a draft whose sending found it gone from the device, which took its files out of sight.
   * @param names of its files that were saved
   * @returns whether the browser has removed it; then an alert names them
   */
  async function explain(sessionId: string, names: readonly string[]): Promise<boolean> {
    const isEvicted = await check()
    if (isEvicted && names.length)
      notices.tell(sessionId, sentence(names))
    return isEvicted
  }

  async function look(): Promise<boolean> {
    if (!drafts.ready)
      return false
    try {
      const found = await readDeviceMark()
      const isEvicted = mark !== undefined && found !== mark && isSignedIn()
      mark = found ?? (isSignedIn() ? await markDevice() : mark)
      if (isEvicted)
        await saveAgain()
      return isEvicted
    }
    catch (error) {
      console.warn('It could not be checked whether the drafts on this device are still there.', error)
      return false // saving says what is wrong with the storage
    }
  }

  async function saveAgain() {
    const lost = new Map<string, string[]>()
    const lose = (sessionId: string, names: readonly string[]) => lost.set(sessionId, [...lost.get(sessionId) ?? [], ...names])
    for (const { sessionId, names } of outbox.keepWithoutDevice())
      lose(sessionId, names)
    for (const { sessionId, names } of data.loseStored())
      lose(sessionId, names)
    await drafts.saveAllAgain()
    for (const [sessionId, names] of lost)
      notices.tell(sessionId, sentence(names))
  }

  return { check, explain }
})

function sentence(names: readonly string[]) {
  const named = names.length > NAMED ? `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more` : names.join(', ')
  return `The browser has removed ${named} from this device. ${names.length === 1 ? 'Attach it' : 'Attach them'} again; your text is still here.`
}
