import type { WebSocket } from 'ws'
import type { ServerFrame } from '../../shared/protocol/frames.ts'
import { refusal } from '../errors/problems.ts'
import { accountId, type Account } from '../identity/account.ts'
import type { Events } from '../events/events.ts'
import type { Told } from '../events/told.ts'

/** Bytes that may wait for a slow reader before its subscriptions are dropped. */
const SLOW_BYTES = 8 * 1024 * 1024
/** Bytes from which on nobody reads any more, and the connection is given up. */
const GONE_BYTES = 4 * SLOW_BYTES

export type Connection = ReturnType<typeof createConnection>

/** One socket and the sessions it follows, all of one tenant. */
export function createConnection(socket: WebSocket, account: Account, events: Events, maxFollowed: number) {
  const { tenant } = account
  const person = accountId(account)
  /** Each session's subscription: `live`, or one whose beginning is still being looked up. */
  const followed = new Map<string, 'live' | Promise<void>>()
  /** Of those that are followed: the newest event that the reader has. What another server told may come late, or once more. */
  const newest = new Map<string, number>()

  function write(json: string | Buffer) {
    if (socket.readyState !== socket.OPEN)
      return
    if (socket.bufferedAmount > GONE_BYTES)
      return socket.terminate()
    socket.send(json, { binary: false })
  }

  const send = (frame: ServerFrame) => write(JSON.stringify(frame))

  function forget(sessionId: string) {
    followed.delete(sessionId)
    newest.delete(sessionId)
  }

  function resync(sessionId: string) {
    forget(sessionId)
    send({ type: 'resync_required', session_id: sessionId })
  }

  const isForUs = ({ session, onlyFor }: Told) => session.tenant === tenant && (onlyFor === undefined || onlyFor === person)

  const isKnown = ({ session, event }: Told) => event !== undefined && event.id <= (newest.get(session.id) ?? 0)

  const isFollowed = ({ session, event, isLost }: Told) => (event !== undefined || isLost === true) && followed.get(session.id) === 'live'

  function deliver(told: Told) {
    const { session: { id }, forEveryone, isLost } = told
    const follows = isFollowed(told)
    if (!isForUs(told) || isKnown(told) || !follows && !forEveryone)
      return
    if (isLost || follows && socket.bufferedAmount > SLOW_BYTES)
      resync(id) // it reloads over REST, which costs the server nothing until it does
    else if (socket.bufferedAmount <= SLOW_BYTES)
      pass(told, follows)
  }

  function pass({ session, frame, event }: Told, follows: boolean) {
    write(frame())
    if (follows && event)
      newest.set(session.id, event.id)
  }

  const positions = () => Array.from(newest, ([id, last]) => ({ session: { tenant, id }, last }))

  const stopListening = events.listen(deliver, positions)

  function refuseMore(sessionId: string) {
    if (followed.size >= maxFollowed && !followed.has(sessionId))
      throw refusal(429, 'too_many_subscriptions', `One connection follows ${maxFollowed} sessions. Open another one.`)
  }

  return {
    send,

    /** From now on. */
    follow(sessionId: string) {
      refuseMore(sessionId)
      newest.delete(sessionId)
      followed.set(sessionId, 'live')
    },

    /** From now on, unless there is a subscription already. */
    keepFollowing(sessionId: string) {
      if (!followed.has(sessionId) && followed.size < maxFollowed)
        followed.set(sessionId, 'live')
    },

    /** What came after that event, then what comes. */
    async followAfter(sessionId: string, eventId: number) {
      refuseMore(sessionId)
      newest.delete(sessionId)
      const subscription = begin()
      followed.set(sessionId, subscription)
      await subscription

      async function begin() {
        const found = await events.of({ tenant, id: sessionId }).catch((error: unknown) => error as Error)
        if (followed.get(sessionId) !== subscription)
          return // another one has replaced it
        if (found instanceof Error) {
          forget(sessionId)
          throw found
        }
        // In one go, so that nothing falls between.
        const missed = found.after(eventId)
        if (!missed || socket.bufferedAmount > SLOW_BYTES) // who does not read is not told the same again and again
          return resync(sessionId)
        for (const { frame } of missed)
          write(frame())
        newest.set(sessionId, missed.at(-1)?.id ?? eventId)
        followed.set(sessionId, 'live')
      }
    },

    /** When every subscription that was asked for has begun, or failed. */
    async subscribed() {
      await Promise.allSettled<unknown>(followed.values())
    },

    close: stopListening,
  }
}
