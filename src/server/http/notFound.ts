import type { FastifyInstance, FastifyRequest } from 'fastify'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { unlessMissing } from '../errors/missing.ts'
import { problem } from '../errors/problems.ts'
import { sendProblem } from './problemReplies.ts'

interface KnownRoute { methods: Set<string>, pattern: RegExp }

/** Addresses that programs ask for: what is missing there is told as a problem, also to a browser. */
const FOR_PROGRAMS = /^\/(?:api|ws|assets)(?:\/|$)/

/**
 * Answers what no route does: 405 where another method would have worked, 404 otherwise. A person who followed a
 * wrong link gets the app, which says so and has a way back. Must see routes being added.
 * @param clientFolder of the built app, where it is served
 */
export function replyToUnknown(app: FastifyInstance, clientFolder?: string) {
  const routes = new Map<string, KnownRoute>()
  app.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) // stands for any file, and files are only read
      return
    const route = routes.get(url) ?? { methods: new Set(), pattern: new RegExp(`^${url.replace(/:\w+/g, '[^/]+')}$`) }
    for (const each of [method].flat())
      route.methods.add(each)
    routes.set(url, route)
  })

  app.setNotFoundHandler(async (request, reply) => {
    const address = request.url.replace(/\?.*$/s, '')
    const route = [...routes.values()].find(({ pattern }) => pattern.test(address))
    const page = !route && isFollowed(request, address) ? await readPage(clientFolder) : undefined
    if (page)
      return reply.code(404).type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page)
    if (!route || route.methods.has(request.method))
      return sendProblem(request, reply, problem(404, 'not_found', 'There is nothing at this address.'))
    const allowed = [...route.methods].join(', ')
    return sendProblem(request, reply.header('allow', allowed), problem(405, 'method_not_allowed', `This address takes ${allowed}.`))
  })
}

/** By a person, with a browser. */
const isFollowed = ({ method, headers }: FastifyRequest, address: string) =>
  (method === 'GET' || method === 'HEAD') && headers.accept?.includes('text/html') && !FOR_PROGRAMS.test(address)

/** Undefined where the app is not built. */
const readPage = async (folder: string | undefined): Promise<Buffer | undefined> =>
  folder === undefined ? undefined : unlessMissing(readFile(path.join(folder, 'index.html')))
