import websocket from '@fastify/websocket'
import fastify, { LogController, type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { LIMITS, type Limits } from '../shared/attachments.ts'
import { DEFAULT_TENANT } from './accounts/account.ts'
import { createAccounts } from './accounts/accounts.ts'
import type { ApiKey } from './accounts/apiKeys.ts'
import type { Agent } from './agents/agent.ts'
import { createAttachments } from './attachments.ts'
import { createEvents } from './events.ts'
import { createHistory } from './history.ts'
import { accountRoutes } from './http/accountRoutes.ts'
import { attachmentRoutes } from './http/attachmentRoutes.ts'
import { authenticate } from './http/authentication.ts'
import { clientApp } from './http/clientApp.ts'
import { guard, LOOPBACK_HOSTS } from './http/guard.ts'
import { healthRoutes } from './http/healthRoutes.ts'
import { messageRoutes } from './http/messageRoutes.ts'
import { acceptForms } from './http/multipart.ts'
import { letGoOfConnections } from './http/lettingGo.ts'
import { replyToUnknown } from './http/notFound.ts'
import { describeApi } from './http/openApi.ts'
import { replyToUnreadable, replyWithProblems, sendProblem } from './http/problemReplies.ts'
import { limitRates } from './http/rateLimits.ts'
import { securityHeaders } from './http/securityHeaders.ts'
import { sessionRoutes } from './http/sessionRoutes.ts'
import { uploadRoutes } from './http/uploadRoutes.ts'
import { createKeyedQueue } from './keyedQueue.ts'
import { createMessages } from './messages.ts'
import { createPdfInspector, type PdfInspector } from './pdf.ts'
import { problem } from './problems.ts'
import { createQuota } from './quota.ts'
import { createRecentHistory } from './recentHistory.ts'
import { removeSession } from './sessionRemoval.ts'
import type { SessionKey } from './sessionKey.ts'
import { createSessions } from './sessions.ts'
import { createSignedLinks, readLinkSecret } from './signedLinks.ts'
import { closeSockets, socketRoute } from './socket.ts'
import type { BlobAddress } from './storage/blobAddress.ts'
import type { BlobStore } from './storage/blobStore.ts'
import { openDatabase } from './storage/database.ts'
import { lockFolder } from './storage/folderLock.ts'
import { openBlobStore } from './storage/openBlobStore.ts'
import { openTenantWorkspaces } from './storage/tenantWorkspaces.ts'
import { startSweeping } from './sweeping.ts'
import { createTurnFollower } from './turns/follow.ts'
import { createLive } from './turns/live.ts'
import { resumeAccepted, settleInterrupted } from './turns/recovery.ts'
import { createTurns } from './turns/turns.ts'
import { createUploads } from './uploads.ts'

export interface AppOptions {
  /** For the database, the attachments and the workspaces; made if it is not there. */
  dataFolder: string
  agent: Agent
  /** What it tells clients, and refuses beyond. */
  limits?: Limits
  /** Who may use it; without any everybody who reaches it. */
  apiKeys?: readonly ApiKey[]
  /** Requests of one account in a minute; without one they are not counted. */
  rateLimit?: number
  /** Bytes of attachments and uploads of one tenant; without one there is no limit. */
  quotaBytes?: number
  /** The built app; without one only socket and REST are served. */
  clientFolder?: string
  /** Where attachments are; the data folder where nothing else is said. */
  blobStore?: BlobAddress
  /** Instead of one that is opened here. */
  blobs?: BlobStore
  /** Instead of one of its own. */
  pdfs?: PdfInspector
  logger?: FastifyServerOptions['logger']
}

/** The whole server, listening to nothing. */
export async function buildApp({ dataFolder, agent, limits = LIMITS, apiKeys = [], rateLimit, quotaBytes, clientFolder, blobStore, blobs: otherBlobs, pdfs = createPdfInspector(), logger = false }: AppOptions): Promise<FastifyInstance> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  const lock = lockFolder(dataFolder)
  const database = await openDatabase(path.join(dataFolder, 'satchel.sqlite'))
  const blobs = otherBlobs ?? await openBlobStore(blobStore ?? { kind: 'folder', folder: path.join(dataFolder, 'attachments') })
  const workspaces = openTenantWorkspaces(dataFolder)
  await workspaces.of(DEFAULT_TENANT) // what cannot be written to shows now
  const accounts = createAccounts({ database, apiKeys })

  const app = fastify({
    logger,
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    clientErrorHandler: replyToUnreadable,
    frameworkErrors: (_error, request, reply) => sendProblem(request, reply, problem(400, 'invalid_request', 'The address is not valid.')),
  })
  app.removeContentTypeParser('text/plain') // no route takes one
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)

  const { log } = app
  const events = createEvents()
  const live = createLive()
  const writes = createKeyedQueue()
  const sessions = createSessions({ database, events, live })
  const turns = createTurns({ database, blobs, workspaces, agent, limits, events, live, log }, sessions)
  const quota = createQuota({ database, bytes: quotaBytes })
  const uploads = createUploads({ database, blobs, quota, log })
  const messages = createMessages({ database, blobs, pdfs, limits, uploads, quota, turns, sessions, events, writes, log })
  const attachments = createAttachments({ database, blobs, sessions, events, log })
  const links = createSignedLinks(await readLinkSecret(path.join(dataFolder, 'links.key')))
  const history = createHistory({ database, sessions, events, live })
  const remove = (session: SessionKey) => removeSession(session, { database, blobs, workspaces, turns, events, writes })

  replyWithProblems(app)
  replyToUnknown(app)
  letGoOfConnections(app)
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
  guard(app, accounts.required ? undefined : LOOPBACK_HOSTS)
  await describeApi(app)
  await app.register(async (api) => {
    await authenticate(api, accounts)
    await acceptForms(api)
    if (rateLimit !== undefined)
      await limitRates(api, rateLimit)
    await api.register(socketRoute, { messages, turns, events, accounts, limits })
    await api.register(healthRoutes, { database, blobs, limits })
    await api.register(accountRoutes, { accounts })
    await api.register(sessionRoutes, { sessions, history, recent: createRecentHistory({ sessions, history }), attachments, remove })
    await api.register(messageRoutes, { messages, sessions, follower: createTurnFollower({ database, events, live }) })
    await api.register(uploadRoutes, { uploads })
    await api.register(attachmentRoutes, { attachments, blobs, links, rateLimit })
  })
  if (clientFolder !== undefined)
    await app.register(clientApp, { folder: clientFolder })

  await settleInterrupted(database)
  let stopSweeping = () => {}
  // Not before there is a port: a server that cannot have it leaves again, and must not have asked the agent meanwhile.
  app.addHook('onListen', async () => {
    await resumeAccepted(database, turns)
    stopSweeping = startSweeping({ uploads, database, blobs, log })
  })
  app.addHook('onClose', async () => {
    stopSweeping()
    await database.destroy()
    lock.release()
  })
  return app
}
