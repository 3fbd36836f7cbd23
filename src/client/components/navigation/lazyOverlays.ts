import { lazyComponent, preload } from '../ui/lazyComponent.ts'

const LOADERS = {
  list: () => import('./sessions/SessionList.vue'),
  undo: () => import('./UndoOffers.vue'),
  dialogs: () => import('./AppDialogs.vue'),
  menu: () => import('./SessionMenu.vue'),
}

/** What is above and below it is there before it. */
export const SessionList = lazyComponent(LOADERS.list)
export const UndoOffers = lazyComponent(LOADERS.undo)
/** What opens over the app when somebody asks for it. */
export const AppDialogs = lazyComponent(LOADERS.dialogs)
export const SessionMenu = lazyComponent(LOADERS.menu)

/** They are needed when the server is away, too. */
export const preloadOverlays = (): void => preload(Object.values(LOADERS))
