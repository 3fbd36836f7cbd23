import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { skipClosedLayers } from './composables/ui/useBackToClose.ts'
import { router } from './router.ts'
import { useAccountStore } from './stores/account.ts'
import { useDataStore } from './stores/data.ts'
import { useDraftsStore } from './stores/drafts.ts'
import './theme.css'
import { mayBeLocked } from './utils/locking/lockState.ts'
import { loadPart } from './utils/network/loadPart.ts'

const app = createApp(App).use(createPinia()).use(router)
useAccountStore().start() // whose drafts they are, first
if (mayBeLocked())
  loadPart(() => import('./lockedStart.ts')).then(({ startLocked }) => startLocked(mount)).catch((error: Error) => { document.body.textContent = error.message })
else {
  void useDraftsStore().start() // before anything is drawn, without waiting for it
  readOpenDraft()
  mount()
}

/** Its files are on their way from the disk while the page is made. Who shows them tries again, and says why, where they cannot be read. */
function readOpenDraft() {
  const { id } = router.resolve(location.pathname).params
  if (typeof id === 'string')
    useDataStore().loadAttachmentsForSession(id).catch(() => undefined)
}

function mount() {
  skipClosedLayers(router)
  app.mount('#app')
}
