import { loadDraftConflict } from '../composer/lazyBar.ts'
import { lazyComponent, preload } from '../ui/lazyComponent.ts'
import { loadRefusals } from '../ui/lazyRefusals.ts'

const LOADERS = {
  preview: () => import('../preview/AttachmentPreviewDialog.vue'),
  folder: () => import('../attachments/FolderDialog.vue'),
  gone: () => import('./GoneSession.vue'),
}

/** One writes without it; it is asked for as soon as a session is shown, beside its messages. */
export const SessionItemsList = lazyComponent(() => import('./SessionItemsList.vue'))

/** What opens over a session, some time after it is there. */
export const AttachmentPreviewDialog = lazyComponent(LOADERS.preview)
/** Stands in the place of a session that is not there. */
export const GoneSession = lazyComponent(LOADERS.gone)
export const FolderDialog = lazyComponent(LOADERS.folder)

export const preloadDialogs = (): void => preload([...Object.values(LOADERS), loadRefusals, loadDraftConflict, () => import('../../utils/images/svg.ts')])
