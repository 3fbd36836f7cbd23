import websocket from '@fastify/websocket'
import fastify, { LogController, type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { LIMITS, type Limits } from '../shared/attachments.ts'
import type { Agent } from './agents/agent.ts'
import { createEvents } from './events.ts'
import { createHistory } from './history.ts'
import { attachmentRoutes } from './http/attachmentRoutes.ts'
import { clientApp } from './http/clientApp.ts'
import { guard, LOOPBACK_HOSTS } from './http/guard.ts'
import { healthRoutes } from './http/healthRoutes.ts'
import { replyToUnknown } from './http/notFound.ts'
import { rawProblem, replyWithProblems, sendProblem } from './http/problemReplies.ts'
import { securityHeaders } from './http/securityHeaders.ts'
import { sessionRoutes } from './http/sessionRoutes.ts'
import { createKeyedQueue } from './keyedQueue.ts'
import { createMessages } from './messages.ts'
import { createPdfInspector, type PdfInspector } from './pdf.ts'
import { problem } from './problems.ts'
import { removeSession } from './sessionRemoval.ts'
import { createSessions } from './sessions.ts'
import { closeSockets, socketRoute } from './socket.ts'
import { openLocalBlobStore, type BlobStore } from './storage/blobStore.ts'
import { openDatabase } from './storage/database.ts'
import { lockFolder } from './storage/folderLock.ts'
import { openWorkspaces } from './storage/workspace.ts'
import { createLive } from './turns/live.ts'
import { resumeAccepted, settleInterrupted, sweepBlobs } from './turns/recovery.ts'
import { createTurns } from './turns/turns.ts'

export interface AppOptions {
  /** For the database, the attachments and the workspaces; made if it is not there. */
  dataFolder: string
  agent: Agent
  /** What it tells clients, and refuses beyond. */
  limits?: Limits
  /** The built app; without one only socket and REST are served. */
  clientFolder?: string
  /** Instead of files in the data folder. */
  blobs?: BlobStore
  /** Instead of one of its own. */
  pdfs?: PdfInspector
  logger?: FastifyServerOptions['logger']
}

/** The whole server, listening to nothing. */
export async function buildApp({ dataFolder, agent, limits = LIMITS, clientFolder, blobs: otherBlobs, pdfs = createPdfInspector(), logger = false }: AppOptions): Promise<FastifyInstance> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  const lock = lockFolder(dataFolder)
  const database = await openDatabase(path.join(dataFolder, 'satchel.sqlite'))
  const blobs = otherBlobs ?? await openLocalBlobStore(path.join(dataFolder, 'attachments'))
  const workspaces = await openWorkspaces(path.join(dataFolder, 'workspaces'))

  const app = fastify({
    logger,
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    clientErrorHandler: (error, socket) => void (socket.writable && socket.end(rawProblem(error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400))),
    frameworkErrors: (_error, request, reply) => sendProblem(request, reply, problem(400, 'invalid_request', 'The address is not valid.')),
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)

  const { log } = app
  const events = createEvents()
  const live = createLive()
  const writes = createKeyedQueue()
  const sessions = createSessions({ database, events, live })
  const turns = createTurns({ database, blobs, workspaces, agent, events, live, log }, sessions)
  const messages = createMessages({ database, blobs, pdfs, limits, turns, sessions, events, writes, log })
  const history = createHistory({ database, sessions, events, live })
  const remove = (sessionId: string) => removeSession(sessionId, { database, blobs, workspaces, turns, events, writes })

  replyWithProblems(app)
  replyToUnknown(app)
  await securityHeaders(app)
  await app.register(websocket, {
    options: { maxPayload: LIMITS.frameBytes, perMessageDeflate: false },
    async preClose() {
      const stopped = turns.close() // first: what is accepted from now on is left for the next start
      await Promise.all([messages.close(), pdfs.close()]) // a PDF that is being opened is not waited for: it is sent again
      await stopped
      await closeSockets(app.websocketServer)
    },
  })
  guard(app, LOOPBACK_HOSTS)
  await app.register(socketRoute, { messages, turns, events, limits })
  await app.register(healthRoutes, { database, blobs, limits })
  await app.register(sessionRoutes, { sessions, history, remove })
  await app.register(attachmentRoutes, { database, blobs })
  if (clientFolder !== undefined)
    await app.register(clientApp, { folder: clientFolder })

  await settleInterrupted(database)
  // Not before there is a port: a server that cannot have it leaves again, and must not have asked the agent meanwhile.
  app.addHook('onListen', async () => {
    await resumeAccepted(database, turns)
    sweepBlobs(database, blobs).catch(error => log.warn(error, 'left-over bytes were not removed'))
  })
  app.addHook('onClose', async () => {
    await database.destroy()
    lock.release()
  })
  return app
}
