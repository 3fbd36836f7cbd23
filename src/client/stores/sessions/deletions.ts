import { defineStore } from 'pinia'
import { computed, shallowReactive, shallowRef } from 'vue'
import { forgetDeletion, getDeletions, saveDeletion } from '../../utils/storage/deletionStorage.ts'
import type { Deletion } from '../../utils/storage/draftSchema.ts'
import { useTabsStore } from '../tabs/tabs.ts'

/** What is to be deleted, and may be taken back yet: sessions, and messages with their answers. No tab shows any of it. */
export const useDeletionsStore = defineStore('deletions', () => {
  const tabs = useTabsStore()
  /** Those that were asked for in this tab. */
  const own = shallowReactive(new Set<string>())
  const kept = shallowRef<readonly Deletion[]>([])
  const keptIds = computed(() => new Set(kept.value.map(({ id }) => id)))

  tabs.listen(({ about }) => about === 'deletions' && void read())

  const read = async () => { kept.value = await getDeletions().catch(withoutStorage) ?? kept.value }

  /** By its own id. */
  const isHidden = (id: string): boolean => own.has(id) || keptIds.value.has(id)

  async function change(work: Promise<void>) {
    await work.catch(withoutStorage)
    tabs.tell({ about: 'deletions' })
    await read()
  }

  /** It is over, whether it was carried out or taken back. @param hidden it stays out of sight in this tab */
  function forget(id: string, { hidden = false } = {}): Promise<void> {
    if (hidden)
      own.add(id)
    else
      own.delete(id)
    return change(forgetDeletion(id))
  }

  return {
    /** Those of all tabs. */
    kept,
    read,
    isHidden,
    /** Of a conversation what is shown. */
    without: <Item extends { id: string, replyTo?: string }>(items: readonly Item[]): readonly Item[] =>
      own.size || kept.value.length ? items.filter(({ id, replyTo = '' }) => !isHidden(id) && !isHidden(replyTo)) : items,
    hide: (id: string): void => void own.add(id),
    keep: (deletion: Deletion): Promise<void> => change(saveDeletion(deletion)),
    /** Nobody has taken it back, in whichever tab. */
    isWanted: async (id: string): Promise<boolean> => own.has(id) || (await getDeletions().catch(withoutStorage) ?? []).some(deletion => deletion.id === id),
    forget,
  }
})

/** The deletion is this tab's alone. */
function withoutStorage(error: unknown): undefined {
  console.warn('What is to be deleted is not kept on this device.', error)
}
