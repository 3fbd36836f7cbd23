import type { FastifyInstance } from 'fastify'
import { pngBytes } from './images.ts'
import { file, form, json } from './rest.ts'

/** What each route would do if it let one. */
export function requestFor(route: string, method: string): RequestInit {
  if (method === 'GET' || method === 'HEAD' || method === 'DELETE')
    return { method }
  if (route.endsWith('/answer'))
    return json({ allow: 'once' })
  if (route.endsWith('/steer'))
    return json({ when: 'now' })
  if (route.endsWith('/{msgId}'))
    return json({ text: 'mine' }, {}, method)
  if (route.startsWith('/api/uploads'))
    return form({}, [file('a.png', pngBytes({ seed: 3 }))])
  if (route.endsWith('/messages'))
    return json({ content: 'hi' })
  return json({ title: 'mine', key: 'guessed', expiresIn: 5 }, {}, method)
}

interface Route { method: string, path: string }

/** As the framework lists them: `├── /api/sessions (GET, HEAD, POST)`, deeper ones further in. */
export function registeredRoutes(app: FastifyInstance): Route[] {
  const parts: string[] = []
  return app.printRoutes({ commonPrefix: false }).split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods = ''] = /^((?:[│ ] {3})*)[├└]── (\S+)(?: \((.*)\))?$/.exec(line) ?? []
    const depth = indent.length / 4
    parts.splice(depth, Infinity, part)
    return methods ? methods.split(', ').map(method => ({ method, path: parts.join('').replace(/:(\w+)/g, '{$1}') })) : []
  })
}
