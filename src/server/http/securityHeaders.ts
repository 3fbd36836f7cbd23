import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

/**
 * Where the app may connect to. `data:` because its icons are drawn from such addresses; the sockets by name
 * because not every browser counts them as 'self'.
 */
const CONNECTIONS = ['\'self\'', 'data:', 'ws://localhost:*', 'ws://127.0.0.1:*']

/** The app loads nothing from anywhere else. */
export async function securityHeaders(app: FastifyInstance) {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false, // they would upgrade every request to https, which a local server does not speak
      directives: {
        defaultSrc: ['\'self\''],
        connectSrc: CONNECTIONS,
        imgSrc: ['\'self\'', 'blob:', 'data:'],
        scriptSrc: ['\'self\''],
        styleSrc: ['\'self\'', '\'unsafe-inline\''],
        workerSrc: ['\'self\'', 'blob:'],
        objectSrc: ['\'none\''],
        baseUri: ['\'none\''],
        formAction: ['\'self\''],
        frameAncestors: ['\'none\''],
      },
    },
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  })
}
