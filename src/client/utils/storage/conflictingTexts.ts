import type { DraftRevision } from './draftSchema.ts'

type Texts = Pick<DraftRevision, 'conflicting'> & { message: string }

/** Whether the tab's text conflicts with the draft's; an empty one can, too. */
export const isInConflict = ({ conflicting = {} }: Pick<DraftRevision, 'conflicting'>, tab: string): boolean => tab in conflicting

/** What a tab shows of a draft. */
export const ownText = ({ message, conflicting }: Texts, tab: string): string => conflicting?.[tab] ?? message

/** Which tab's text conflicts, and what stands against the one that `tab` shows; undefined where there is nothing to decide. */
export function conflictingText({ message, conflicting = {} }: Texts, tab: string): { tab: string, text: string } | undefined {
  if (tab in conflicting)
    return { tab, text: message }
  const [other] = Object.entries(conflicting)
  return other && { tab: other[0], text: other[1] }
}
