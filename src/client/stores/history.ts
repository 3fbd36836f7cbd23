import type { AttachmentView } from '../../shared/attachments.ts'

/** One message as the history shows it: accepted by the server, or still on its way there. */
export interface HistoryItem {
  id: string
  role: 'user' | 'assistant'
  text: string
  attachments: readonly AttachmentView[]
  /** `sending` until the server accepted it; the others are the server's. */
  status: 'sending' | 'accepted' | 'running' | 'complete' | 'failed' | 'cancelled'
  /** Milliseconds since the epoch. */
  createdAt: number
  /** Why it failed, as a sentence. */
  problem?: string
}
