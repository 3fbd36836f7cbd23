import type { FastifyBaseLogger } from 'fastify'
import { withPartEvent, type PartEvent } from '../../shared/parts/partEvents.ts'
import type { Usage } from '../../shared/protocol/agent.ts'
import type { Message } from '../../shared/protocol/message.ts'
import type { Part } from '../../shared/protocol/parts.ts'
import type { Events } from '../events/events.ts'
import type { Live } from '../events/live.ts'
import type { Database } from '../storage/database/database.ts'
import type { PartialSaves } from '../storage/rows/partialSaves.ts'
import { isPassing } from '../errors/problems.ts'
import type { Saving } from '../queues/saving.ts'
import { endedTasks, transientNotices } from './endParts.ts'
import { readPart, saveParts } from '../storage/rows/partRows.ts'

/** Pieces that come within this time become one event: an eye sees no difference, and more of an answer is kept for those who come back. */
const GATHER_MS = 30
const SAVE_MS = 500
/** Until what could not be saved is tried again, where nothing else is said before. */
const AGAIN_MS = 2000

export type AnswerRecorder = ReturnType<typeof createAnswerRecorder>

/** The agent's message while it is being made: gathered, told, and saved part by part. */
export function createAnswerRecorder({ answer, tenant, events, live, database, saves, saving, isGivenUp, log }: {
  answer: Message
  tenant: string
  events: Events
  live: Live
  database: Database
  saves: PartialSaves
  saving: Saving
  /** The server stops: what is not saved is not tried again. */
  isGivenUp: () => boolean
  log: FastifyBaseLogger
}) {
  let message = answer
  let isOver = false
  const behind = new Set<string>() // ids of parts whose rows are older than what was told
  let isUrgent = false // some of that is more than a piece of a text
  let gathered: { id: string, text: string } | undefined
  let gathering: NodeJS.Timeout | undefined
  let waiting: NodeJS.Timeout | undefined
  let underWay: Promise<void> = Promise.resolve()
  const markFailing = saving.mark()

  function tell(event: PartEvent, isSaved = false) {
    message = withPartEvent(message, event)
    // Together: whoever reads the message between the two would hear the event twice.
    if (events.emit(tenant, { ...event, session_id: message.sessionId, message_id: message.id }))
      live.setMessage(message)
    if (isSaved)
      return
    behind.add('part' in event ? event.part.id : event.part_id)
    isUrgent ||= event.type !== 'text_delta'
    if (event.type === 'text_delta')
      waiting ??= setTimeout(save, SAVE_MS)
    else
      save()
  }

  function tellGathered() {
    clearTimeout(gathering)
    gathering = undefined
    const piece = gathered
    gathered = undefined
    if (piece)
      tell({ type: 'text_delta', part_id: piece.id, delta: piece.text })
  }

  /** One save after the other, each with all that changed until it begins. What fails is saved with the next one. */
  function save() {
    clearTimeout(waiting)
    waiting = undefined
    underWay = underWay.then(() => writeBehind()).catch(error => log.warn(error, 'a part of an answer was not saved yet'))
  }

  async function writeBehind(isLast = false) {
    if (!behind.size)
      return
    const changed = new Set(behind)
    const { id, parts } = message
    const isDurable = isUrgent
    isUrgent = false
    behind.clear()
    try {
      await saves.save({ messageId: id, parts, changed, isDurable: isDurable || isLast })
      markFailing(false)
    }
    catch (error) {
      changed.forEach(id => behind.add(id))
      isUrgent ||= isDurable
      markFailing(isPassing(error))
      if (isPassing(error) && !isOver && !isGivenUp())
        waiting ??= setTimeout(save, AGAIN_MS).unref()
      throw error
    }
  }

  function remove(id: string) {
    tellGathered()
    if (message.parts.some(part => part.id === id))
      tell({ type: 'part_removed', part_id: id })
  }

  return {
    /** The message as it was told up to now. */
    current: () => message,

    /** More of a text or of what the agent thinks; its part is added with the first piece. */
    say(text: string, id: string, type: 'text' | 'thinking' = 'text') {
      if (gathered && gathered.id !== id)
        tellGathered()
      if (!message.parts.some(part => part.id === id)) {
        tellGathered()
        tell({ type: 'part_added', part: type === 'text' ? { type, id, text: '' } : { type, id, text: '', seconds: null } })
      }
      gathered = { id, text: (gathered?.text ?? '') + text }
      gathering ??= setTimeout(tellGathered, GATHER_MS)
    },

    /** Adds the part, or replaces the one with its id. */
    put(part: Part) {
      tellGathered()
      tell({ type: message.parts.some(({ id }) => id === part.id) ? 'part_updated' : 'part_added', part })
    },

    /** As `put`, but nobody sees it before it is in the database. Rejects where it cannot be. */
    async putSaved(part: Part) {
      tellGathered()
      const added = [...message.parts, part]
      await saving.keepTryingForAgent(() => database.transaction().execute(trx => saveParts(trx, message.id, added, new Set([part.id]))))
      tell({ type: 'part_added', part }, true) // its row may be answered by now: it is not written again
    },

    /** The part as it is in the database: a person's answer is there first. */
    stored: (id: string): Promise<Part | undefined> => readPart(database, message.id, id),

    /** What was said is withdrawn: the agent says it again. */
    remove,

    /** What it took; told and saved with its end, or after it. */
    count(usage: Usage) {
      message = { ...message, usage }
      if (!isOver)
        live.setMessage(message)
    },

    /** Resolves when everything that was told is in the database; rejects where it cannot be. */
    async saved() {
      tellGathered()
      save()
      await underWay
      await writeBehind(true)
    },

    /** Tells the rest and returns the whole. Nothing is saved any more after this. */
    async end(): Promise<Message> {
      transientNotices(message.parts).forEach(remove)
      tellGathered()
      endedTasks(message.parts).forEach(part => tell({ type: 'part_updated', part }))
      clearTimeout(waiting)
      isOver = true
      await underWay
      return message
    },
  }
}
