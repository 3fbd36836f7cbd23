import { lazyComponent, preload } from '../ui/lazyComponent.ts'

const LOADERS = {
  dialogs: () => import('./AppDialogs.vue'),
  menu: () => import('./SessionMenu.vue'),
  search: () => import('../search/SearchDialog.vue'),
  keyboard: () => import('../search/KeyboardDialog.vue'),
  rename: () => import('./RenameSessionDialog.vue'),
  remove: () => import('./DeleteSessionDialog.vue'),
}

/** What opens over the app when somebody asks for it. */
export const AppDialogs = lazyComponent(LOADERS.dialogs)
export const SessionMenu = lazyComponent(LOADERS.menu)
export const SearchDialog = lazyComponent(LOADERS.search)
export const KeyboardDialog = lazyComponent(LOADERS.keyboard)
export const RenameSessionDialog = lazyComponent(LOADERS.rename)
export const DeleteSessionDialog = lazyComponent(LOADERS.remove)

/** They are needed when the server is away, too. */
export const preloadOverlays = (): void => preload([...Object.values(LOADERS), () => import('../../utils/search/deviceSearch.ts')])
