import { joinTexts } from './joinTexts.ts'

interface Words { message?: string, mediaIds?: string[] }

/** A draft, and what was being written before it, which waits until it is over. */
type WithAside<Draft extends Words> = Draft & { aside?: Words }

/** A message that is opened to be edited, instead of what is being written: that waits. No edit may be open. */
export function putAside<Draft extends Words>(draft: WithAside<Draft>, edit: NoInfer<Draft>): WithAside<Draft> {
  const { message, mediaIds, aside, ...rest } = draft
  const waiting = joined({ message, mediaIds }, aside)
  return { ...rest, ...edit, ...(waiting.message || waiting.mediaIds.length) && { aside: waiting } } as WithAside<Draft>
}

/** What a draft knows of the message that it edits. */
interface OfEdit { replaces?: string, restoresFiles?: boolean, waited?: boolean }

/** What is left of a draft when the edit is over: its words before what waited beside it, and nothing of what was edited. */
export function asDraft<Draft extends Words & OfEdit>({ aside, replaces: _, restoresFiles: _restores, waited: _waited, ...rest }: WithAside<Draft>): Omit<Draft, 'aside' | keyof OfEdit> & Words {
  return aside ? { ...rest, ...joined(rest, aside) } : rest
}

const joined = (first: Words, second: Words = {}) => ({
  message: joinTexts(first.message, second.message),
  mediaIds: [...new Set([...first.mediaIds ?? [], ...second.mediaIds ?? []])],
})
