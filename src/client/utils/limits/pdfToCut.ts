import { formatBytes, LIMITS } from '../../../shared/attachments.ts'
import type { AttachmentView } from '../../../shared/attachmentView.ts'
import { nameInSentence } from '../../../shared/plainText.ts'
import type { BudgetProblem } from './budget.ts'

/** PDFs of this device that are too long, or too large, until some of their pages are chosen. */
export function toCut(attachments: readonly AttachmentView[]): BudgetProblem[] {
  return attachments.filter(({ kind, size, pages = 0, url }) => kind === 'pdf' && !url && (size > LIMITS.fileBytes || pages > LIMITS.pdfPages)).map(view => ({
    text: `${nameInSentence(view.name)} (${formatBytes(view.size)}) has ${view.pages} pages; the limit is ${LIMITS.pdfPages} and ${formatBytes(LIMITS.fileBytes)}.`,
    remove: [view],
    reduce: [],
    cut: view,
  }))
}
