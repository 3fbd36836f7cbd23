import { lazyComponent } from '../ui/lazyComponent.ts'

// One can write before these are there.
/** Who answers. */
export const ModelBar = lazyComponent(() => import('./ModelBar.vue'))
export const loadDraftConflict = () => import('./DraftConflict.vue')
/** Asks which of two texts is the draft's. */
export const DraftConflict = lazyComponent(loadDraftConflict)
/** Says that a sent message is being edited. */
export const EditingLine = lazyComponent(() => import('./EditingLine.vue'))
/** Asks where files come from. */
export const AttachMenu = lazyComponent(() => import('./AttachMenu.vue'))
/** Lets the files be put into another order. */
export const AttachmentOrder = lazyComponent(() => import('../attachments/AttachmentOrder.vue'))
/** Weighs a message that comes near a limit. */
export const BudgetLine = lazyComponent(() => import('./BudgetLine.vue'))
/** What becomes of the choice of who answers. */
export const ModelRemark = lazyComponent(() => import('./ModelRemark.vue'))
/** What was pasted can be taken in another way. */
export const LongPasteOffer = lazyComponent(() => import('./LongPasteOffer.vue'))
export const PasteAsOffer = lazyComponent(() => import('./PasteAsOffer.vue'))
