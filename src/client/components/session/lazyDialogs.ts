import { lazyComponent, preload } from '../ui/lazyComponent.ts'

const LOADERS = {
  preview: () => import('../preview/AttachmentPreviewDialog.vue'),
  folder: () => import('../attachments/FolderDialog.vue'),
}

/** One writes without it; it is asked for as soon as a session is shown, beside its messages. */
export const SessionItemsList = lazyComponent(() => import('./SessionItemsList.vue'))

/** What opens over a session, some time after it is there. */
export const AttachmentPreviewDialog = lazyComponent(LOADERS.preview)
export const FolderDialog = lazyComponent(LOADERS.folder)

export const preloadDialogs = (): void => preload(Object.values(LOADERS))
