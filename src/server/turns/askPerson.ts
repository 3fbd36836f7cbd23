import type { AskedPart } from '../agents/agent.ts'
import type { AnswerRecorder } from './answerRecorder.ts'
import type { PendingAnswers } from './pendingAnswers.ts'

/**
 * Shows the part, and resolves with it when somebody answered. One that is recorded already, because the server
 * ended in between, is not asked again. The question is in the database before anybody sees it.
 */
export async function askPerson<Asked extends AskedPart>(part: Asked, recorder: AnswerRecorder, pending: PendingAnswers, signal: AbortSignal): Promise<Asked> {
  const known = recorder.current().parts.find(({ id }) => id === part.id)
  if (known?.type === part.type && known.status !== 'waiting')
    return known as Asked
  const answered = pending.wait(recorder.current().id, part.id, signal)
  if (!known)
    recorder.put(part)
  const result = await answered
  recorder.put(result)
  return result as Asked
}
