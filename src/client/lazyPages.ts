import { defineAsyncComponent } from 'vue'
import PageLoading from './components/ui/PageLoading.vue'
import { loadPage } from './composables/ui/pageLoading.ts'

/** Milliseconds: what is over before shows nothing; how often a page is asked for again. */
const PATIENCE = 200
const RETRY = 3000

const LOADERS = {
  drafts: () => import('./components/drafts/DraftsPage.vue'),
  settings: () => import('./components/settings/SettingsPage.vue'),
  nothing: () => import('./components/navigation/NothingPage.vue'),
}

/** Asked for until it comes; where it never will, that is said. */
export function lazy<Page>(load: () => Promise<Page>) {
  return defineAsyncComponent({
    loader: () => loadPage(load) as Promise<Page & { default: object }>,
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
    loadPage<object>(load).catch((error: unknown) => console.warn('A page could not be loaded yet; it will be when it is opened.', error))
}
