import { lazyComponent, preload } from './components/ui/lazyComponent.ts'
import PageLoading from './components/ui/PageLoading.vue'

const LOADERS = {
  drafts: () => import('./components/drafts/DraftsPage.vue'),
  settings: () => import('./components/settings/SettingsPage.vue'),
  nothing: () => import('./components/navigation/NothingPage.vue'),
}

/** Pages that the first load can do without, by the name of their route. */
export const PAGES = {
  drafts: lazyComponent(LOADERS.drafts, PageLoading),
  settings: lazyComponent(LOADERS.settings, PageLoading),
  nothing: lazyComponent(LOADERS.nothing, PageLoading),
}

/** Only where people sign in. */
export const AccountBar = lazyComponent(() => import('./components/account/AccountBar.vue'))

/** Most people never see it. */
export const SignInPage = lazyComponent(() => import('./components/account/SignInPage.vue'), PageLoading)

export const preloadPages = (): void => preload(Object.values(LOADERS))
