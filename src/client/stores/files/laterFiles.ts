/* What is seldom done with the files of a draft: one part, which is loaded when the app has nothing else to do. */

export { addedNotices } from '../../utils/attachments/addedNotices.ts'
export { addStored, putBack } from './addingStored.ts'
export { clear, moveDraft } from './movingDraft.ts'
export { order } from './ordering.ts'
export { createPreparing } from './preparing.ts'
export { createSavingAgain, saveTabOnly } from './savingAgain.ts'
export { createTakingUp } from './takingUp.ts'
