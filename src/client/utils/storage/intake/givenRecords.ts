import { LIMITS } from '../../../../shared/attachments.ts'
import type { IntakeFile } from '../intakeRecords.ts'

/** A file that was just given. */
export interface Given {
  id: string
  file: File
  /** Ids that stand before it. */
  before: readonly string[]
  /** As it is, for the agent's workspace only. */
  intoFolder?: boolean
}

/** As the device keeps them until they are prepared; without those that are refused whatever they are. */
export function givenRecords(sessionId: string, batch: string, given: readonly Given[]): (IntakeFile & { file: Blob })[] {
  const createdAt = Date.now()
  return given.filter(isTakeable).map(({ id, file, before, intoFolder }) =>
    ({ id, sessionId, batch, name: file.name, file, mediaType: file.type, before: [...before], createdAt, ...intoFolder && { intoFolder } }))
}

/** What is larger is refused whatever it is: its bytes need not be copied first. */
const isTakeable = ({ file: { size } }: Given) => size > 0 && size <= LIMITS.imageSourceBytes
