import type { SessionEvent } from '../../shared/protocol/frames.ts'
import type { Message } from '../../shared/protocol/message.ts'
import type { Events } from '../events/events.ts'
import type { SessionEvents } from '../events/told.ts'
import type { SessionEventRecord } from '../events/keptEvents.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { Database } from '../storage/database/database.ts'
import { unindexed } from '../storage/database/dialects/unindexed.ts'
import { toMessages } from '../storage/rows/messageRows.ts'
import type { Live } from '../events/live.ts'

type Hear = (event: SessionEvent, isLast: boolean) => void

export type TurnFollower = ReturnType<typeof createTurnFollower>

/** The events of one message's turn, whenever one begins to listen. */
export function createTurnFollower({ database, events, live }: { database: Database, events: Events, live: Live }) {
  async function findAnswer({ tenant, id }: SessionKey, asked: Message): Promise<Message | undefined> {
    const answers = database.selectFrom('messages').selectAll().where(unindexed(database, 'tenant_id'), '=', tenant).where('session_id', '=', id)
    const { addedTo } = asked
    const row = await (addedTo === undefined ? answers.where('reply_to', '=', asked.id) : answers.where('id', '=', addedTo))
      .orderBy('sequence', 'desc') // it may have been asked more than once
      .executeTakeFirst()
    return row && (await toMessages(database, [row]))[0]
  }

  async function lookUp(session: SessionKey, asked: Message, known = new Set<string>()): Promise<{ chain: SessionEvents, answer: Message | undefined }> {
    const chain = await events.of(session)
    const answer = await findAnswer(session, asked)
    return answer && await events.complete(session, [answer], known) ? lookUp(session, asked, known) : { chain, answer }
  }

  return {
    /**
     * What was said before comes as one `turn_started` with the message up to now; then every event, none twice. Where
     * some of what another machine told was not heard, what was said comes anew in the same way.
     * @param after where one was cut off; what followed comes piece by piece, if it is still kept
     * @param onLost it is not known how the turn goes on: the database could not be asked
     * @returns how to stop listening
     */
    async follow(session: SessionKey, asked: Message, after: number | undefined, hear: Hear, onLost: () => void = () => {}): Promise<() => void> {
      let known = 0
      /** The newest event of the session, whatever it is about. */
      let reached = 0
      let ours: string | undefined
      let joined = asked.addedTo
      let early: SessionEventRecord[] | undefined = []
      const stop = events.listen(({ session: { tenant, id }, event, isLost }) => {
        if (tenant !== session.tenant || id !== session.id)
          return
        if (isLost)
          catchUpAnew()
        else if (event)
          take(event)
      }, () => early ? [] : [{ session, last: reached }])

      function take(event: SessionEventRecord) {
        if (early)
          return early.push(event)
        if ((event.previous ?? 0) > reached)
          return catchUpAnew()
        reached = event.id
        if (event.id > known)
          tell(JSON.parse(event.json) as SessionEvent)
      }

      /** Once at a time: what comes meanwhile is looked at then. */
      function catchUpAnew() {
        if (early)
          return
        early = []
        begin().catch(() => {
          stop()
          onLost()
        })
      }

      function tell(event: SessionEvent) {
        if (event.type === 'turn_started' && event.message.replyTo === asked.id)
          ours = event.message.id
        if (event.type === 'message_updated' && event.message.id === asked.id)
          join(event.message, event.event_id)
        const isLast = event.type === 'session_deleted' || (event.type === 'message_completed' && event.message.id === ours)
        if (isLast)
          stop()
        if (isLast || isOurs(event, ours))
          hear(event, isLast)
      }

      /** It was added to a turn that runs already, or is asked on its own after all. */
      function join({ addedTo }: Message, eventId: number) {
        if (addedTo === joined)
          return // something else of it has changed
        joined = ours = addedTo
        const growing = addedTo === undefined ? undefined : live.messageOf(addedTo)
        known = eventId
        if (growing)
          catchUp(growing)
      }

      await begin(after).catch((error: unknown) => {
        stop()
        throw error
      })
      return stop

      async function begin(from?: number) {
        const { chain, answer } = await lookUp(session, asked)
        // From here on nothing else runs until everything that was missed is told.
        ours = answer?.id
        const missed = from === undefined ? undefined : chain.after(from)
        const waiting = missed ? [...missed] : early ?? [] // with all that came meanwhile
        early = undefined
        reached = chain.last()
        if (!missed && answer) {
          known = chain.last()
          catchUp(answer)
        }
        waiting.forEach(take)
      }

      /** What is known of the turn stands where its last event would. */
      function catchUp(message: Message) {
        const place = { event_id: known, previous_event_id: null, session_id: session.id }
        const growing = live.messageOf(message.id) ?? (message.status === 'running' ? message : undefined) // whose machine may have ended
        if (growing)
          return tell({ type: 'turn_started', ...place, message: growing })
        if (message.problem)
          hear({ type: 'turn_failed', ...place, problem: message.problem }, false)
        tell({ type: 'message_completed', ...place, message })
      }
    },
  }
}

/** A turn that fails is the session's running one, so between the first and the last word it is ours. */
function isOurs(event: SessionEvent, answerId: string | undefined) {
  switch (event.type) {
    case 'turn_started': return event.message.id === answerId
    case 'part_added':
    case 'part_updated':
    case 'part_removed':
    case 'text_delta': return event.message_id === answerId
    case 'turn_failed': return answerId !== undefined
    default: return false
  }
}
