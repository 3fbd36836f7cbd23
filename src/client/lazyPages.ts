import { defineAsyncComponent } from 'vue'
import PageLoading from './components/ui/PageLoading.vue'

/** Milliseconds: what is over before shows nothing; how often a page is asked for again. */
const PATIENCE = 200
const RETRY = 3000

const LOADERS = {
  drafts: () => import('./components/drafts/DraftsPage.vue'),
  settings: () => import('./components/settings/SettingsPage.vue'),
  nothing: () => import('./components/navigation/NothingPage.vue'),
}

function lazy<Page>(loader: () => Promise<Page>) {
  return defineAsyncComponent({
    loader: loader as () => Promise<Page & { default: object }>,
    loadingComponent: PageLoading,
    delay: PATIENCE,
    onError: (_error, retry) => void setTimeout(retry, RETRY),
  })
}

/** Pages that the first load can do without, by the name of their route. */
export const PAGES = { drafts: lazy(LOADERS.drafts), settings: lazy(LOADERS.settings), nothing: lazy(LOADERS.nothing) }

/** Loads them when there is nothing else to do: a person looks for drafts when the server is away. */
export function preloadPages(): void {
  for (const load of Object.values(LOADERS))
    load().catch((error: unknown) => console.warn('A page could not be loaded yet; it will be when it is opened.', error))
}
