import { createApp, watch } from 'vue'
import LockPage from './components/account/LockPage.vue'
import { useLockStore } from './stores/device/lock.ts'
import { useDraftsStore } from './stores/drafts.ts'

/** Milliseconds in which another tab that knows the key mostly answers: nothing flashes. */
const PATIENCE = 200

/** Asks for the passphrase where no other tab has the drafts open. @param begin called once, when they are read: whoever opens them goes on writing */
export async function startLocked(begin: () => void): Promise<void> {
  const lock = useLockStore()
  let page: ReturnType<typeof createApp> | undefined
  let hasBegun = false
  const open = async () => {
    if (hasBegun)
      return
    hasBegun = true
    await whenRead()
    page?.unmount()
    begin()
  }
  lock.onOpened(() => void open()) // which never rejects
  if (await lock.meet())
    return open()
  const unlockWithPasskey = await lock.passkeyUnlock()
  setTimeout(() => {
    if (hasBegun)
      return
    page = createApp(LockPage, { unlock: lock.unlock, unlockWithPasskey, remove: () => lock.removeLocked().then(() => location.reload()) })
    page.mount('#app')
  }, PATIENCE)
}

/** Or it is known that they cannot be read without a person's help. */
async function whenRead() {
  const drafts = useDraftsStore()
  void drafts.start() // which never rejects
  await new Promise<void>((resolve) => {
    watch(() => drafts.loaded, isLoaded => isLoaded && resolve(), { immediate: true })
  })
}
