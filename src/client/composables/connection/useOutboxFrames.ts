import { formatBytes, LIMITS } from '../../../shared/attachments.ts'
import type { Problem } from '../../../shared/protocol/problem.ts'
import { useDataStore } from '../../stores/data.ts'
import { useOutboxStore } from '../../stores/outbox.ts'
import { useSessionsStore } from '../../stores/sessions.ts'
import { fewest } from '../../utils/limits/budget.ts'
import type { OutboxMessage } from '../../utils/storage/draftSchema.ts'

/** Why a message is not taken; without a status it never left this device. */
export type Refusal = Pick<Problem, 'detail'> & Partial<Pick<Problem, 'status' | 'code' | 'retryAfter'>>

/** How a message of the outbox travels: one frame, built off the page's thread. */
export function useOutboxFrames() {
  const data = useDataStore()
  const outbox = useOutboxStore()
  const sessions = useSessionsStore()

  /** @returns the frame, or why this message cannot become one */
  async function build(message: OutboxMessage): Promise<Blob | Refusal> {
    const { id, sessionId, projectId, text, mediaIds, choice, replaces, restoresFiles } = message
    let built: Awaited<ReturnType<typeof data.getFrame>>
    try {
      built = await data.getFrame({
        message_id: id,
        session_id: sessionId,
        project_id: projectId,
        session_title: sessions.isLocal(sessionId) ? sessions.ownTitleOf(sessionId) : undefined,
        text,
        ...choice,
        replaces,
        restore_files: restoresFiles || undefined,
      }, mediaIds)
    }
    catch (error) {
      return { detail: `It could not be read from this device: ${(error as Error).message}.` }
    }
    const { frame, workspace } = built
    if (frame.size - workspace > LIMITS.messageBytes)
      return { status: 413, detail: tooLarge(message, frame.size - workspace) }
    if (frame.size > LIMITS.frameBytes)
      return { status: 413, detail: `It is ${formatBytes(frame.size)} with the files for the agent's folder; ${formatBytes(LIMITS.frameBytes)} are possible. Remove some of them and send them in the next one.` }
    return frame
  }

  /** Which files to leave out: the largest first, until the rest fits. */
  function tooLarge({ id }: OutboxMessage, size: number) {
    const excess = size - LIMITS.messageBytes
    const names = fewest(outbox.attachmentsOf(id), excess, view => view.size * 4 / 3).map(({ name, size }) => `${name} (${formatBytes(size)})`)
    const remedy = names.length ? `Remove ${names.join(', ')} and send the rest in the next one.` : 'Shorten its text.'
    return `It is ${formatBytes(size)} as it travels; the limit is ${formatBytes(LIMITS.messageBytes)}. ${remedy}`
  }

  return { build }
}
