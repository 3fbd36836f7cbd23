import { loadMarkdown } from '../../composables/session/markdown/useMarkdown.ts'
import { BAR_LOADERS } from '../composer/lazyBar.ts'
import { lazyComponent, preload } from '../ui/lazyComponent.ts'
import { loadRefusals } from '../ui/lazyRefusals.ts'

const LOADERS = {
  preview: () => import('../preview/AttachmentPreviewDialog.vue'),
  folder: () => import('../attachments/FolderDialog.vue'),
  gone: () => import('./GoneSession.vue'),
}

/** Milliseconds that messages wait for what formats them: plain ones have another height, and what is being read would move. */
const FORMAT_WITHIN = 3000

/** One writes without it; it is asked for as soon as a session is shown, beside its messages. */
export const SessionItemsList = lazyComponent(async () => {
  const patience = new Promise<void>(resolve => setTimeout(resolve, FORMAT_WITHIN))
  const [list] = await Promise.all([import('./SessionItemsList.vue'), Promise.race([loadMarkdown(), patience])])
  return list
})

/** What opens over a session, some time after it is there. */
export const AttachmentPreviewDialog = lazyComponent(LOADERS.preview)
/** Stands in the place of a session that is not there. */
export const GoneSession = lazyComponent(LOADERS.gone)
export const FolderDialog = lazyComponent(LOADERS.folder)

export const preloadDialogs = (): void => preload([...Object.values(LOADERS), ...Object.values(BAR_LOADERS), loadRefusals, () => import('../../utils/images/svg.ts')])
