import { lazyComponent, preload } from '../../ui/lazyComponent.ts'

const loadEditor = () => import('../editor/PictureEditor.vue')

/** What is done to files before they are sent. */
export const PictureEditor = lazyComponent(loadEditor)

// The preview, of which this is a part, comes when there is nothing else to do, and what it opens comes after it: the server may be away later.
preload([loadEditor])
