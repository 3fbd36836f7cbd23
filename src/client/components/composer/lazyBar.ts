import { lazyComponent } from '../ui/lazyComponent.ts'

/** What one can write without. */
export const BAR_LOADERS = {
  model: () => import('./ModelBar.vue'),
  conflict: () => import('./DraftConflict.vue'),
  editing: () => import('./EditingLine.vue'),
  attach: () => import('./AttachMenu.vue'),
  order: () => import('../attachments/AttachmentOrder.vue'),
  budget: () => import('./BudgetLine.vue'),
  remark: () => import('./ModelRemark.vue'),
  longPaste: () => import('./LongPasteOffer.vue'),
  pasteAs: () => import('./PasteAsOffer.vue'),
}

/** Who answers. */
export const ModelBar = lazyComponent(BAR_LOADERS.model)
/** Asks which of two texts is the draft's. */
export const DraftConflict = lazyComponent(BAR_LOADERS.conflict)
/** Says that a sent message is being edited. */
export const EditingLine = lazyComponent(BAR_LOADERS.editing)
/** Asks where files come from. */
export const AttachMenu = lazyComponent(BAR_LOADERS.attach)
/** Lets the files be put into another order. */
export const AttachmentOrder = lazyComponent(BAR_LOADERS.order)
/** Weighs a message that comes near a limit. */
export const BudgetLine = lazyComponent(BAR_LOADERS.budget)
/** What becomes of the choice of who answers. */
export const ModelRemark = lazyComponent(BAR_LOADERS.remark)
/** What was pasted can be taken in another way. */
export const LongPasteOffer = lazyComponent(BAR_LOADERS.longPaste)
export const PasteAsOffer = lazyComponent(BAR_LOADERS.pasteAs)
