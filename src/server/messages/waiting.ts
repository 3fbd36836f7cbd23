import type { FastifyBaseLogger } from 'fastify'
import type { z } from 'zod'
import type { KeyedQueue } from '../../shared/keyedQueue.ts'
import type { Message } from '../../shared/protocol/message.ts'
import type { EditMessage, SteerMessage } from '../../shared/protocol/rest.ts'
import type { Offers } from '../agents/offer/offers.ts'
import { refusal } from '../errors/problems.ts'
import type { Events } from '../events/events.ts'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { BlobStore } from '../storage/blobs/blobStore.ts'
import type { Database, MessageRow } from '../storage/database/database.ts'
import { tidyUnreferenced } from '../storage/rows/blobReferences.ts'
import { withChoice } from '../storage/usage/usageRows.ts'
import type { EditingLimits, Editor } from '../storage/editing/editingRows.ts'
import { createEditingWaiting } from './editingWaiting.ts'
import { editWaiting } from './editWaiting.ts'
import { toMessages } from '../storage/rows/messageRows.ts'
import { alreadyRuns, deleteWaiting, findWaiting, joinTurn } from '../storage/rows/waitingMessages.ts'
import { routed } from '../machines/calls/routed.ts'
import type { Routes } from '../machines/calls/routes.ts'
import type { HeldPlace } from '../turns/sessionQueue.ts'
import type { Turns } from '../turns/turns.ts'

export type WaitingMessages = ReturnType<typeof createWaitingMessages>

/** What one may do with a message while it waits for its turn. Each rejects with a 409 once it runs, and a 404 where there is none. */
export function createWaitingMessages({ database, blobs, events, turns, sessions, offers, writes, limits, log }: {
  database: Database
  blobs: BlobStore
  events: Events
  turns: Turns
  sessions: Sessions
  offers: Offers
  writes: KeyedQueue
  limits: EditingLimits
  log: FastifyBaseLogger
}) {
  const editing = createEditingWaiting({ database, events, limits })

  /** In the session's turn to write, while the message is held: it does not begin to run meanwhile. */
  function whileHeld<Result>(session: SessionKey, messageId: string, work: (place: HeldPlace, row: MessageRow) => Promise<Result>): Promise<Result> {
    return writes.run(keyText(session), async () => {
      const row = await database.transaction().execute(trx => findWaiting(trx, session, messageId))
      await events.open(session)
      const place = turns.hold(session, row.id)
      if (!place)
        throw alreadyRuns()
      try {
        return await work(place, row)
      }
      finally {
        place.release()
      }
    })
  }

  async function read(row: MessageRow): Promise<Message> {
    const [message] = await toMessages(database, [row])
    return message ?? Promise.reject(alreadyRuns())
  }

  /** Where the turn ends in this very moment, the message is the next. */
  async function addToTurn(session: SessionKey, row: MessageRow, place: HeldPlace): Promise<Message> {
    if (!turns.canSteer)
      throw refusal(409, 'cannot_steer', 'This agent cannot take a message into a turn that runs. Send it now, which stops the turn, or let it wait.')
    const seat = place.takeSeat()
    if (!seat) {
      place.moveFirst()
      return editing.end(session, row.id)
    }
    try {
      const content = await turns.readAsked(row)
      const message = await read(await joinTurn(database, row.id, seat.answerId))
      events.emit(session.tenant, { type: 'message_updated', session_id: session.id, message })
      place.remove()
      seat.add({ id: row.id, content })
      return message
    }
    finally {
      seat.leave()
    }
  }

  return {
    edit: (session: SessionKey, messageId: string, edit: z.output<typeof EditMessage>): Promise<Message> =>
      whileHeld(session, messageId, async (_place, row) => {
        if (edit.model !== undefined || edit.effort !== undefined)
          await offers.require(withChoice(row, edit))
        const { message, freed } = await database.transaction().execute(trx => editWaiting(trx, session, messageId, edit))
        events.emit(session.tenant, { type: 'message_updated', session_id: session.id, message })
        await tidyUnreferenced({ database, blobs, log }, freed)
        return message
      }),

    /** It is never asked. */
    cancel: (session: SessionKey, messageId: string): Promise<void> =>
      whileHeld(session, messageId, async (place) => {
        const freed = await database.transaction().execute(trx => deleteWaiting(trx, session, messageId))
        place.remove()
        events.emit(session.tenant, { type: 'message_removed', session_id: session.id, message_id: messageId })
        await tidyUnreferenced({ database, blobs, log }, freed)
        await sessions.announce(session)
      }),

    steer: (session: SessionKey, messageId: string, { when }: SteerMessage): Promise<Message> =>
      whileHeld(session, messageId, async (place, row) => {
        if (when === 'next')
          return addToTurn(session, row, place)
        const message = await editing.end(session, messageId) // whoever edits it
        place.moveFirst()
        void turns.stop(session) // what is asked for waits in its place
        return message
      }),

    /** A person edits it: the agent does not begin with it meanwhile. To be said again before that time is over. */
    beginEditing: (session: SessionKey, messageId: string, editor: Editor): Promise<Message> =>
      whileHeld(session, messageId, () => editing.begin(session, messageId, editor)),

    /** The person does not edit it any more. */
    endEditing: (session: SessionKey, messageId: string, user: string): Promise<Message> =>
      whileHeld(session, messageId, () => editing.end(session, messageId, user)),
  }
}

/** The same, where the session's turns run. */
export const routedWaiting = (routes: Routes, { edit, cancel, steer, beginEditing, endEditing }: WaitingMessages): WaitingMessages => ({
  edit: routed(routes, 'edit', edit),
  cancel: routed(routes, 'cancel', cancel),
  steer: routed(routes, 'steer', steer),
  beginEditing: routed(routes, 'beginEditing', beginEditing),
  endEditing: routed(routes, 'endEditing', endEditing),
})
