import { type ProblemError, refusal } from './problems.ts'

/** Makes the refusal of one file: which one, why and, where there is one, the limit. */
export type Refuse = (status: number, reason: string) => ProblemError

export const refuserOf = (filename: string): Refuse => (status, reason) =>
  refusal(status, 'attachment_refused', `“${filename}” was refused: ${reason}`, { filename })
