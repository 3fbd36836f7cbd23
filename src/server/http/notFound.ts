import type { FastifyInstance } from 'fastify'
import { problem } from '../errors/problems.ts'
import { sendProblem } from './problemReplies.ts'

interface KnownRoute { methods: Set<string>, pattern: RegExp }

/** Answers what no route does: 405 where another method would have worked, 404 otherwise. Must see routes being added. */
export function replyToUnknown(app: FastifyInstance) {
  const routes = new Map<string, KnownRoute>()
  app.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) // stands for any file, and files are only read
      return
    const route = routes.get(url) ?? { methods: new Set(), pattern: new RegExp(`^${url.replace(/:\w+/g, '[^/]+')}$`) }
    for (const each of [method].flat())
      route.methods.add(each)
    routes.set(url, route)
  })

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0]!
    const route = [...routes.values()].find(({ pattern }) => pattern.test(path))
    if (!route || route.methods.has(request.method))
      return sendProblem(request, reply, problem(404, 'not_found', 'There is nothing at this address.'))
    const allowed = [...route.methods].join(', ')
    return sendProblem(request, reply.header('allow', allowed), problem(405, 'method_not_allowed', `This address takes ${allowed}.`))
  })
}
