import { lazyComponent, preload } from '../ui/lazyComponent.ts'

const LOADERS = {
  search: () => import('../search/SearchDialog.vue'),
  keyboard: () => import('../search/KeyboardDialog.vue'),
  rename: () => import('./dialogs/RenameSessionDialog.vue'),
  remove: () => import('./dialogs/DeleteSessionDialog.vue'),
  removeMessage: () => import('./dialogs/DeleteMessageDialog.vue'),
  links: () => import('../sharing/SharedLinksDialog.vue'),
  cover: () => import('../account/LockCover.vue'),
}

export const SearchDialog = lazyComponent(LOADERS.search)
export const KeyboardDialog = lazyComponent(LOADERS.keyboard)
export const RenameSessionDialog = lazyComponent(LOADERS.rename)
export const DeleteSessionDialog = lazyComponent(LOADERS.remove)
export const DeleteMessageDialog = lazyComponent(LOADERS.removeMessage)
export const SharedLinksDialog = lazyComponent(LOADERS.links)
/** Over everything, where the drafts are locked and the page must stay. */
export const LockCover = lazyComponent(LOADERS.cover)

/** They are needed when the server is away, too. */
export const preloadOpened = (): void => preload([...Object.values(LOADERS), () => import('../../utils/search/deviceSearch.ts')])
