import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

/** The app loads nothing from anywhere else. `data:` for connections: its icons are drawn from such addresses. */
export async function securityHeaders(app: FastifyInstance) {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false, // they would upgrade every request to https, which a local server does not speak
      directives: {
        defaultSrc: ['\'self\''],
        connectSrc: ['\'self\'', 'data:'],
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
