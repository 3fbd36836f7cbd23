import { lazyComponent } from '../ui/lazyComponent.ts'

// One can write before these are there.
/** Who answers. */
export const ModelBar = lazyComponent(() => import('./ModelBar.vue'))
export const loadDraftConflict = () => import('./DraftConflict.vue')
/** Asks which of two texts is the draft's. */
export const DraftConflict = lazyComponent(loadDraftConflict)
/** Says that a sent message is being edited. */
export const EditingLine = lazyComponent(() => import('./EditingLine.vue'))
