import type { DraftRevision } from './draftSchema.ts'

type Texts = Pick<DraftRevision, 'apart'> & { message: string }

/** Whether the tab's text conflicts with the draft's; an empty one can, too. */
export const isInConflict = ({ apart = {} }: Pick<DraftRevision, 'apart'>, tab: string): boolean => tab in apart

/** What a tab shows of a draft. */
export const ownText = ({ message, apart }: Texts, tab: string): string => apart?.[tab] ?? message

/** Which tab's text conflicts, and what stands against the one that `tab` shows; undefined where there is nothing to decide. */
export function conflictingText({ message, apart = {} }: Texts, tab: string): { tab: string, text: string } | undefined {
  if (tab in apart)
    return { tab, text: message }
  const [other] = Object.entries(apart)
  return other && { tab: other[0], text: other[1] }
}
