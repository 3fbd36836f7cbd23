import { ClientFrame } from '../../shared/protocol/frames.ts'
import { type Problem } from '../../shared/protocol/problem.ts'
import { holdsTooManyValues } from '../inspection/counts.ts'
import { mismatchText, problem } from '../errors/problems.ts'
import { parseWithLongBase64, type WithLongBase64 } from './longStrings.ts'

/** The ids that a frame carries, as far as they can be read, so that its sender knows which one was refused. */
interface FrameIds { message_id?: string, session_id?: string, part_id?: string }

/** A frame that is what it should be, and the long base64 in it by the names that stand in its place. */
export type GivenFrame = Pick<WithLongBase64, 'encoded'> & { frame: ClientFrame }

export type ReadFrame =
  | GivenFrame & { ids: FrameIds, refused?: undefined }
  | { frame?: undefined, ids: FrameIds, refused: Problem }

/** A text frame and a binary one hold the same: JSON in UTF-8. */
export function readFrame(data: Buffer): ReadFrame {
  if (holdsTooManyValues(data))
    return { ids: {}, refused: problem(413, 'body_too_large', 'The frame holds far more values than any message needs.') }
  const read = parseJson(data)
  if (read === undefined)
    return { ids: {}, refused: problem(400, 'invalid_message', 'The frame is not JSON in UTF-8.') }
  const { value, encoded } = read
  const ids = readIds(value)
  const { success, data: frame, error } = ClientFrame.safeParse(value)
  if (!success)
    return { ids, refused: problem(400, 'invalid_message', mismatchText('This', error.issues[0]?.path.join('.'), error.issues[0]?.message)) }
  if (encoded.size > 0 && frame.type !== 'send_message')
    return { ids, refused: problem(400, 'invalid_message', 'Only a message holds files.') }
  return { frame, encoded, ids }
}

function parseJson(data: Buffer): WithLongBase64 | undefined {
  try {
    return parseWithLongBase64(data)
  }
  catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError)
      return undefined
    throw error
  }
}

function readIds(value: unknown): FrameIds {
  if (typeof value !== 'object' || value === null)
    return {}
  const { message_id, session_id, part_id } = value as Record<string, unknown>
  return {
    ...typeof message_id === 'string' && { message_id: message_id.slice(0, 200) },
    ...typeof session_id === 'string' && { session_id: session_id.slice(0, 200) },
    ...typeof part_id === 'string' && { part_id: part_id.slice(0, 200) },
  }
}
