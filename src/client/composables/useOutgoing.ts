import { formatBytes, LIMITS } from '../../shared/attachments.ts'
import { DEFAULT_PROJECT } from '../../shared/defaults.ts'
import { useDataStore } from '../stores/data.ts'
import { useDraftsStore } from '../stores/drafts.ts'
import { useSessionsStore } from '../stores/sessions.ts'

interface Options {
  isOpen: () => boolean
  send: (frame: Blob) => Promise<void>
  refused: (sessionId: string, messageId: string, problem: { detail: string }) => void
}

/** Drafts on their way: each goes out once per line, under the same id, until it is accepted or refused. */
export function useOutgoing({ isOpen, send, refused }: Options) {
  const data = useDataStore()
  const drafts = useDraftsStore()
  const sessions = useSessionsStore()
  /** Handed to the current line and not answered yet: message id -> session id. */
  const underWay = new Map<string, string>()

  async function transmit(sessionId: string): Promise<void> {
    const messageId = drafts.sendingIdOf(sessionId)
    if (!messageId || underWay.has(messageId) || !isOpen())
      return // without a line it waits for the next one
    underWay.set(messageId, sessionId)
    try {
      const frame = await data.getFrame({
        message_id: messageId,
        session_id: sessionId,
        project_id: drafts.localSessions.get(sessionId)?.projectId ?? DEFAULT_PROJECT,
        session_title: sessions.isLocal(sessionId) ? sessions.ownTitleOf(sessionId) : undefined,
        text: drafts.textOf(sessionId),
      })
      if (frame.size > LIMITS.messageBytes)
        refused(sessionId, messageId, { detail: tooLarge(sessionId, frame.size) })
      else
        await send(frame)
    }
    catch (error) {
      refused(sessionId, messageId, { detail: `It could not be read from this device: ${(error as Error).message}.` })
    }
  }

  /** Which files to leave out: the largest first, until the rest fits. */
  function tooLarge(sessionId: string, size: number) {
    const excess = size - LIMITS.messageBytes
    const names: string[] = []
    let removed = 0
    for (const { name, size: bytes } of [...data.attachmentsOf(sessionId)].sort((a, b) => b.size - a.size)) {
      if (removed >= excess)
        break
      names.push(`${name} (${formatBytes(bytes)})`)
      removed += bytes * 4 / 3
    }
    const remedy = names.length ? `Remove ${names.join(', ')} and send the rest in the next one.` : 'Shorten its text.'
    return `It is ${formatBytes(size)} as it travels; the limit is ${formatBytes(LIMITS.messageBytes)}. ${remedy}`
  }

  function settled(messageId: string): void {
    underWay.delete(messageId)
  }

  /** What was under way is sent again on the next line, unless it was too large for this one: it would be for ever. */
  function lineLost(becauseTooLarge: boolean): void {
    const lost = [...underWay]
    underWay.clear()
    if (becauseTooLarge)
      lost.forEach(([messageId, sessionId]) => refused(sessionId, messageId, { detail: 'It is larger than the server takes: remove a file and send it again.' }))
  }

  return { transmit, settled, lineLost }
}
