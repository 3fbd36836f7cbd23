import type { createHandingOver } from '../drafts/handingOver.ts'
import type { SavingDrafts } from '../drafts/savingDrafts.ts'
import type { createSavingAgain } from '../files/savingAgain.ts'
import type { ShownFiles } from '../files/shownFiles.ts'
import type { Taking } from '../files/taking.ts'

/** What the outbox needs of the drafts' texts. */
export type DraftTexts = ReturnType<typeof createHandingOver> & Pick<SavingDrafts, 'setText' | 'keep' | 'whenSaved'> & { textOf: (sessionId: string) => string }

/** What the outbox needs of the drafts' files. */
export type FilesOfDrafts = Pick<Taking, 'takeAttachments' | 'putBackAll' | 'restore'> & Pick<ShownFiles, 'reload' | 'left'> & ReturnType<typeof createSavingAgain>
