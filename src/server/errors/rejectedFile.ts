import { formatBytes } from '../../shared/attachments.ts'
import { nameInSentence } from '../../shared/plainText.ts'
import { type ProblemError, refusal } from './problems.ts'

/** Makes the refusal of one file: which one, why and, where there is one, the limit. */
export type Refuse = (status: number, reason: string) => ProblemError

export const refuserOf = (filename: string): Refuse => (status, reason) =>
  refusal(status, 'attachment_refused', `“${nameInSentence(filename)}” was refused: ${reason}`, { filename })

/** Throws for an empty file and for one of more than `maxBytes`. */
export function refuseSize(size: number, maxBytes: number, refuse: Refuse) {
  if (size === 0)
    throw refuse(422, 'it is empty.')
  if (size > maxBytes)
    throw refuse(413, `it has ${formatBytes(size)}, more than the ${formatBytes(maxBytes)} that one file may have.`)
}
