import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { timingSafeEqual } from 'node:crypto'
import type { Registry } from 'prom-client'
import { hashKey } from '../../accounts/apiKeys.ts'
import { refusal } from '../../errors/problems.ts'

export interface MetricsAccess {
  /** Whoever shows it may read them. */
  metricsKey?: string
  /** There are accounts: without a key of its own nobody may read what goes on. */
  required: boolean
}

/** Tenants do not read it: how much goes on is about all of them. */
export const metricsRoutes: FastifyPluginAsyncZod<{ registry: Registry, access: MetricsAccess }> = async (app, { registry, access }) => {
  app.get('/metrics', {
    config: { open: true, notes: { responses: { 200: { description: 'In the format of Prometheus', content: { 'text/plain': { schema: { type: 'string' } } } } } } },
    schema: { summary: 'How much goes on, for who watches the server: with METRICS_KEY as bearer' },
  }, async (request, reply) => {
    if (!mayRead(request.headers.authorization, access)) {
      app.countWrongKey?.(request)
      throw refusal(401, 'metrics_key_required', 'Reading this needs the key that METRICS_KEY says.')
    }
    return reply.header('cache-control', 'no-store').type(registry.contentType).send(await registry.metrics())
  })
}

function mayRead(authorization: string | undefined, { metricsKey, required }: MetricsAccess): boolean {
  if (metricsKey === undefined)
    return !required
  const [, shown = ''] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? []
  return timingSafeEqual(Buffer.from(hashKey(shown)), Buffer.from(hashKey(metricsKey)))
}
