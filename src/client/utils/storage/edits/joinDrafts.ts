import { joinTexts } from '../../text/joinTexts.ts'
import type { DraftMessage } from '../draftSchema.ts'

/** Two drafts as one, the first one first. */
export function joinDrafts(first: DraftMessage, second: DraftMessage): DraftMessage {
  return {
    ...first,
    ...second,
    message: joinTexts(first.message, second.message),
    mediaIds: [...new Set([...first.mediaIds ?? [], ...second.mediaIds ?? []])],
  }
}
