import fastifyStatic from '@fastify/static'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { existsSync } from 'node:fs'
import path from 'node:path'

const NOT_BUILT = 'Satchel’s server is running, but the app is not built yet.\n\nRun "npm run build" beside its package.json, then reload this page.\n'

/** The thread that draws PDFs. It decodes pictures (JPEG 2000, JBIG2) in WebAssembly: no other part of the app may compile any. */
const READER_OF_PDFS = /^pdf\.worker\b.*\.m?js$/
const READER_POLICY = 'default-src \'self\'; script-src \'self\' \'wasm-unsafe-eval\''

/** The built app: its files, and its one page at every address that a tab may have. */
export const clientApp: FastifyPluginAsync<{ folder: string }> = async (app, { folder }) => {
  await app.register(fastifyStatic, {
    root: folder,
    index: false,
    cacheControl: false,
    dotfiles: 'ignore',
    suppressWarning: true, // not built yet is told to whoever opens the page
    setHeaders(reply, file) {
      // What the build puts there has its content's hash in its name.
      const isHashed = path.relative(folder, file).startsWith(`assets${path.sep}`)
      if (isHashed && READER_OF_PDFS.test(path.basename(file)))
        reply.header('content-security-policy', READER_POLICY)
      reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })

  function sendPage(reply: FastifyReply) {
    return existsSync(path.join(folder, 'index.html'))
      ? reply.sendFile('index.html')
      : reply.code(503).type('text/plain; charset=utf-8').header('cache-control', 'no-store').send(NOT_BUILT)
  }

  for (const address of ['/', '/session/:id', '/drafts', '/settings', '/sign-in'])
    app.get(address, (_request, reply) => sendPage(reply))
}
