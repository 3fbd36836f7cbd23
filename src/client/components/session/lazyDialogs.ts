import { lazyComponent, preload } from '../ui/lazyComponent.ts'

const LOADERS = {
  preview: () => import('../preview/AttachmentPreviewDialog.vue'),
  folder: () => import('../attachments/FolderDialog.vue'),
}

/** What opens over a session, some time after it is there. */
export const AttachmentPreviewDialog = lazyComponent(LOADERS.preview)
export const FolderDialog = lazyComponent(LOADERS.folder)

export const preloadDialogs = (): void => preload(Object.values(LOADERS))
