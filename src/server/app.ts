import './socket/unmasking.ts'
import websocket from '@fastify/websocket'
import fastify, { LogController, type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { randomUUID } from 'node:crypto'
import { LIMITS } from '../shared/attachments.ts'
import { accountRoutes } from './http/routes/accountRoutes.ts'
import { agentRoutes } from './http/routes/agentRoutes.ts'
import { attachmentRoutes } from './http/routes/attachmentRoutes.ts'
import { auditRequests } from './audit/auditRequests.ts'
import { authenticate } from './http/authentication.ts'
import { clientApp } from './http/clientApp.ts'
import { exportRoutes } from './http/routes/exportRoutes.ts'
import { guard, LOOPBACK_HOSTS } from './http/guard.ts'
import { healthRoutes } from './http/routes/healthRoutes.ts'
import { waitingRoutes } from './http/routes/waitingRoutes.ts'
import { metricsRoutes } from './http/routes/metricsRoutes.ts'
import { measure } from './metrics/metrics.ts'
import { messageRoutes } from './http/routes/messageRoutes.ts'
import { acceptForms } from './http/multipart.ts'
import { readBoundedJson } from './http/jsonBodies.ts'
import { closeIdleConnections, refuseWhileStopping } from './http/idleConnections.ts'
import { replyToUnknown } from './http/notFound.ts'
import { describeApi } from './http/openApi.ts'
import { replyToUnreadable, replyWithProblems, sendProblem } from './http/problemReplies.ts'
import { limitRates } from './http/rateLimits.ts'
import { workForTenants } from './http/fairness/requestTenant.ts'
import { takeRequestsInTurn } from './http/fairness/requestTurns.ts'
import { securityHeaders } from './http/securityHeaders.ts'
import { endSlowBodies, slowHeadersEnd } from './http/slowBodies.ts'
import { searchRoutes } from './http/routes/searchRoutes.ts'
import { sessionRoutes } from './http/routes/sessionRoutes.ts'
import { sharedLinkRoutes } from './http/routes/sharedLinkRoutes.ts'
import { sharedRoutes } from './http/outside/sharedRoutes.ts'
import { stillRoutes } from './http/routes/stillRoutes.ts'
import { uploadRoutes } from './http/routes/uploadRoutes.ts'
import { problem } from './errors/problems.ts'
import { closeSockets, connectOnlyWithDatabase, endLateUpgrades } from './socket/closeSockets.ts'
import { socketRoute } from './socket/socket.ts'
import type { ServiceOptions } from './serviceOptions.ts'
import { openServices } from './services.ts'

export interface AppOptions extends ServiceOptions {
  /** Requests of one account in a minute; without one they are not counted. */
  rateLimit?: number
  /** Addresses and networks of proxies whose `X-Forwarded-*` is believed; without any nobody's is. */
  trustProxy?: readonly string[]
  /** Whoever shows it may read `/metrics`. */
  metricsKey?: string
  /** Milliseconds until the headers must have come, and a body: from whom nobody knows, and from whom somebody does. */
  bodyLimits?: { headersMs?: number, strangersMs?: number, accountsMs?: number }
  /** The built app; without one only socket and REST are served. */
  clientFolder?: string
  logger?: FastifyServerOptions['logger']
}

/** Milliseconds in which what was taken must be kept when the server stops. The framework's own ten seconds are too few where a machine is very busy: the database would be closed in the middle of it. */
const STOPPING_MS = 55_000

/** The whole server, listening to nothing. */
export async function buildApp({ rateLimit, metricsKey, trustProxy, bodyLimits, clientFolder, logger = false, ...options }: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    logger,
    trustProxy: trustProxy?.length ? [...trustProxy] : false,
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    pluginTimeout: STOPPING_MS, // which also bounds what runs at the end
    return503OnClosing: false, // which is said in our own words
    http: slowHeadersEnd(bodyLimits?.headersMs),
    clientErrorHandler: replyToUnreadable,
    frameworkErrors: (_error, request, reply) => sendProblem(request, reply, problem(400, 'invalid_request', 'The address is not valid.')),
  })
  app.removeContentTypeParser('text/plain') // no route takes one
  readBoundedJson(app)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  const services = await openServices(options, app.log)
  const { accounts } = services

  replyWithProblems(app)
  refuseWhileStopping(app)
  replyToUnknown(app, clientFolder)
  closeIdleConnections(app)
  endSlowBodies(app, bodyLimits)
  await securityHeaders(app)
  endLateUpgrades(app)
  await app.register(websocket, {
    options: { maxPayload: LIMITS.frameBytes, perMessageDeflate: false },
    async preClose() {
      await services.finish()
      await closeSockets(app.websocketServer)
    },
  })
  app.websocketServer.on('wsClientError', replyToUnreadable)
  connectOnlyWithDatabase(app, services)
  const registry = measure(app, services.held)
  auditRequests(app, services.audit)
  guard(app, accounts.required ? undefined : LOOPBACK_HOSTS)
  await describeApi(app)
  await app.register(async (api) => {
    await authenticate(api, accounts)
    await acceptForms(api)
    if (rateLimit !== undefined)
      await limitRates(api, rateLimit, services.counts)
    takeRequestsInTurn(api)
    workForTenants(api)
    await api.register(socketRoute, services)
    await api.register(healthRoutes, services)
    await api.register(metricsRoutes, { registry, access: { metricsKey, required: accounts.required } })
    await api.register(accountRoutes, services)
    await api.register(agentRoutes, services)
    await api.register(sessionRoutes, services)
    await api.register(searchRoutes, services)
    await api.register(exportRoutes, services)
    await api.register(sharedLinkRoutes, services)
    await api.register(sharedRoutes, services)
    await api.register(messageRoutes, services)
    await api.register(waitingRoutes, services)
    await api.register(uploadRoutes, services)
    await api.register(attachmentRoutes, { ...services, rateLimit })
    await api.register(stillRoutes, { ...services, rateLimit })
  })
  if (clientFolder !== undefined)
    await app.register(clientApp, { folder: clientFolder })

  // Not before there is a port: a server that cannot have it leaves again, and must not have asked the agent meanwhile.
  app.addHook('onListen', services.start)
  app.addHook('onClose', services.close)
  return app
}
