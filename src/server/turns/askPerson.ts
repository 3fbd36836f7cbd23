import type { Answered, AskedPart } from '../agents/agent.ts'
import type { AnswerRecorder } from './answerRecorder.ts'
import type { AskingMark } from './asking/askingMark.ts'
import type { PendingAnswers } from './asking/pendingAnswers.ts'

/**
 * Shows the part, and resolves when somebody answered it, as long as that takes. One that is recorded already,
 * because the server ended in between, is not asked again. It is in the database before anybody sees it.
 */
export async function askPerson<Asked extends AskedPart>(part: Asked, recorder: AnswerRecorder, pending: PendingAnswers, signal: AbortSignal, mark: AskingMark): Promise<Answered<Asked>> {
  const known = recorder.current().parts.find(({ id }) => id === part.id)
  if (known?.type === part.type && known.status !== 'waiting')
    return { part: known as Asked }
  const answered = pending.wait(recorder.current().id, part.id, signal)
  answered.catch(() => undefined) // it is awaited below, unless the question cannot be kept
  if (known)
    await takeEarlyAnswer(part.id, recorder, pending)
  else
    await recorder.putSaved(part)
  mark(1)
  try {
    const result = await answered
    recorder.put(result.part)
    return result as Answered<Asked>
  }
  finally {
    mark(-1)
  }
}

/** Somebody may have answered after the server was back, and before the turn waited again. */
async function takeEarlyAnswer(partId: string, recorder: AnswerRecorder, pending: PendingAnswers) {
  const stored = await recorder.stored(partId)
  if (stored && 'status' in stored && stored.type !== 'tool' && stored.status !== 'waiting')
    pending.resolve(recorder.current().id, { part: stored })
}
