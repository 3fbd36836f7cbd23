import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { WebSocket } from 'ws'
import { type ClientFrame, PROTOCOL_VERSION } from '../../shared/protocol/frames.ts'
import { type Problem } from '../../shared/protocol/problem.ts'
import { LIMITS, type Limits } from '../../shared/attachments.ts'
import { SOCKET_PATH } from '../../shared/defaults.ts'
import type { Audit } from '../audit/auditLog.ts'
import { auditFrames } from '../audit/auditFrames.ts'
import { accountId, accountText } from '../identity/account.ts'
import { onBehalfOf } from '../identity/onBehalf.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { Accounts } from '../accounts/accounts.ts'
import { createConnection, type Connection } from './connection.ts'
import type { Events } from '../events/events.ts'
import { readFrame, type GivenFrame } from './frames.ts'
import { toSentMessage } from './sentFrame.ts'
import type { Messages } from '../messages/messages.ts'
import { onlyReads, ProblemError, refusal, unexpectedProblem } from '../errors/problems.ts'
import { createReadingTurns } from './readingTurns.ts'
import { reportReceiving } from './receiving.ts'
import type { Answering } from '../turns/asking/answering.ts'
import type { Shares } from '../queues/shares.ts'
import { sentId } from '../messages/messageStore.ts'

/** A connection that is silent from one ping to the next is half open. */
const PING_MS = 30_000
/** Frames of one connection that are being worked on; before more are read, one of them must be done. */
const FRAMES_AT_ONCE = 8
const UNDER_WAY = 'frames are being worked on'
/** Closes a socket whose account is signed out: in the range that is free for applications. */
const SIGNED_OUT = 4401

/** Frames that change nothing. */
const LOOKS: readonly ClientFrame['type'][] = ['subscribe', 'ping']

/** Frames in, frames out; what a message means is decided in `messages.ts`. */
export const socketRoute: FastifyPluginAsync<{ messages: Messages, stop: (session: SessionKey) => Promise<void>, events: Events, accounts: Accounts, answering: Answering, limits: Limits, shares: Shares, audit: Audit }> = async (app, { messages, stop, events, accounts, answering, limits, shares, audit }) => {
  const readInTurn = createReadingTurns()
  app.route({ method: 'GET', url: SOCKET_PATH, preHandler: takeSocket, handler: refuseRequest, wsHandler })

  /** Before the handshake: it can still be refused with a reason. */
  async function takeSocket(request: FastifyRequest) {
    if (!request.ws)
      return
    const share = shares.takeSocket(request.account)
    request.raw.socket.once('close', () => share.release())
  }

  async function refuseRequest(_request: FastifyRequest, reply: FastifyReply) {
    reply.header('upgrade', 'websocket')
    throw refusal(426, 'upgrade_required', 'This address speaks WebSocket.')
  }

  function wsHandler(socket: WebSocket, request: FastifyRequest) {
    const { account, signIn } = request.identity
    const connection = createConnection(socket, account, events, shares.subscriptionsPerSocket)
    const isOver = () => signIn !== undefined && signIn.expiresAt <= Date.now()
    const disconnect = () => socket.close(SIGNED_OUT, 'You are signed out.')
    const stopListening = accounts.stay(request.identity, disconnect)
    const held = shares.openFrames(account)
    const audited = auditFrames(audit, request)
    const rests = readInTurn(socket, request.raw.socket, accountText(account))
    const receiving = reportReceiving(socket, request.raw.socket, held, rests, bytes => connection.send({ type: 'receiving', bytes }))
    let underWay = 0
    let alive = true

    const pinging = setInterval(() => {
      if (isOver()) // also where nothing is said: it would go on listening
        return disconnect()
      if (!alive)
        return socket.terminate()
      alive = false
      socket.ping()
    }, PING_MS)
    socket.on('pong', () => { alive = true })
    socket.on('close', () => {
      clearInterval(pinging)
      stopListening()
      held.release()
      connection.close()
    })

    /** Frames are read in their order, also where one of them waits for its turn. */
    let reading = Promise.resolve<unknown>(undefined)

    async function work(data: Buffer, isLarge: boolean) {
      const turn = isLarge ? reading.then(() => shares.takeLarge(account)) : reading.then(() => undefined)
      reading = turn
      const end = await turn
      try {
        if (receiving.isGivenUp())
          return
        const read = readFrame(data)
        if (read.frame)
          return await answerOrTell(read, read.ids)
        audited.unreadable(read.refused)
        connection.send({ type: 'error', ...read.ids, problem: withRequest(read.refused, request.id) })
      }
      finally {
        end?.()
      }
    }

    async function answerOrTell(given: GivenFrame, ids: object) {
      try {
        await onBehalfOf(account.tenant, () => answer(given, connection, request))
      }
      catch (error) {
        if (!(error instanceof ProblemError))
          request.log.error(error, 'a frame was not answered')
        const reason = unexpectedProblem(error)
        audited.answered(reason, given.frame.type)
        connection.send({ type: 'error', ...ids, problem: withRequest(reason, request.id) })
      }
    }

    socket.on('message', async (data: Buffer) => {
      alive = true
      if (isOver())
        return disconnect()
      if (receiving.isGivenUp())
        return
      const isLarge = data.length >= LIMITS.binaryFrameBytes
      if (++underWay >= FRAMES_AT_ONCE)
        rests.begin(UNDER_WAY)
      await work(data, isLarge)
      receiving.workedOff(data.length)
      if (--underWay < FRAMES_AT_ONCE)
        rests.end(UNDER_WAY)
    })

    connection.send({ type: 'hello', protocol: PROTOCOL_VERSION, binary_frames: true, limits: { ...limits }, account: accountId(account), time: new Date().toISOString() })
  }

  async function answer({ frame, encoded }: GivenFrame, connection: Connection, request: FastifyRequest) {
    const { account } = request
    if (request.identity.role === 'reader' && !LOOKS.includes(frame.type))
      throw onlyReads()
    switch (frame.type) {
      case 'send_message': {
        app.countMessage?.(request)
        await messages.accept(account, toSentMessage(frame, encoded), ({ message, replayed }) => {
          connection.keepFollowing(message.sessionId)
          connection.send({ type: 'message_accepted', message_id: sentId(message), session_id: message.sessionId, replayed, message })
        })
        return
      }
      case 'subscribe':
        return frame.after_event_id === undefined
          ? connection.follow(frame.session_id)
          : connection.followAfter(frame.session_id, frame.after_event_id)
      case 'answer':
        await answering.answer(account, { sessionId: frame.session_id, messageId: frame.message_id, partId: frame.part_id }, frame)
        return connection.send({ type: 'answer_accepted', session_id: frame.session_id, message_id: frame.message_id, part_id: frame.part_id })
      case 'stop':
        return stop({ tenant: account.tenant, id: frame.session_id })
      case 'ping':
        await connection.subscribed()
        return connection.send({ type: 'pong' })
    }
  }
}

const withRequest = (reason: Problem, requestId: string): Problem => ({ ...reason, requestId })
