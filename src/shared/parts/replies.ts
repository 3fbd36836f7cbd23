/** What a message says of where it belongs. */
interface Placed {
  id: string
  /** Of an answer: the message that it answers. */
  replyTo?: string | null
  /** Of a person's message: the answer that it was added to while that was made. */
  addedTo?: string
}

/** What a message belongs to, where one could not see it. */
export interface Reply {
  kind: 'answers' | 'added'
  /** The message that it answers, or the answer that it was added to. */
  id: string
  /** It stands right below it. */
  isBelow: boolean
}

/**
 * Messages stand in the order in which they were accepted, so an answer need not stand under what it answers.
 * @param before what stands right above it, if anything
 * @returns undefined where it belongs to what is above it, as one would think
 */
export function replyOf({ replyTo, addedTo }: Placed, before: Placed | undefined): Reply | undefined {
  if (addedTo !== undefined)
    return { kind: 'added', id: addedTo, isBelow: before?.id === addedTo || before?.addedTo === addedTo }
  const isBelow = before?.id === replyTo || before?.replyTo === replyTo
  return replyTo && !isBelow ? { kind: 'answers', id: replyTo, isBelow } : undefined
}

/** How it is said: `lead`, and then `quoted`, where there is any, in quotation marks. */
export interface ReplyWords { lead: string, quoted?: string }

/** @param asked the first words of the message that is answered, there or here; empty where they are not known */
export function replyWords({ kind, isBelow }: Reply, asked: string): ReplyWords {
  if (kind === 'added' && isBelow)
    return { lead: 'Added to the answer above' }
  if (!asked)
    return { lead: kind === 'added' ? 'Added to an earlier answer' : 'Answers an earlier message' }
  return { lead: kind === 'added' ? 'Added to the answer to' : 'Answers', quoted: asked }
}
