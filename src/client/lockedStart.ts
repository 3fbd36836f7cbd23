import { createApp } from 'vue'
import LockPage from './components/account/LockPage.vue'
import { useLockStore } from './stores/device/lock.ts'

/** Milliseconds in which another tab that knows the key mostly answers: nothing flashes. */
const PATIENCE = 200

/** Asks for the passphrase where no other tab has the drafts open. @param begin called once, when they can be read */
export async function startLocked(begin: () => void): Promise<void> {
  const lock = useLockStore()
  let page: ReturnType<typeof createApp> | undefined
  let hasBegun = false
  const open = () => {
    if (hasBegun)
      return
    hasBegun = true
    page?.unmount()
    begin()
  }
  lock.onOpened(open)
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
