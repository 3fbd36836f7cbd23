import multipart from '@fastify/multipart'
import { fastify } from 'fastify'
import { createWriteStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'

// A process of its own, as the server is: it puts the files of a form on the disk, and nothing else.
// `/received` answers once they are written, `/durable` when they would survive a power cut.

const folder = await mkdtemp(path.join(tmpdir(), 'satchel-floor-'))
process.on('SIGTERM', async () => {
  await rm(folder, { recursive: true, force: true })
  process.exit()
})

const app = fastify()
await app.register(multipart, { limits: { fileSize: Infinity } })

for (const [url, isDurable] of [['/received', false], ['/durable', true]] as const) {
  app.post(url, async (request, reply) => {
    for await (const part of request.files()) {
      const file = path.join(folder, randomUUID())
      await pipeline(part.file, createWriteStream(file))
      if (isDurable)
        await sync(file)
    }
    return reply.code(201).send({ uploads: [] })
  })
}

async function sync(file: string) {
  const handle = await open(file, 'r+')
  await handle.sync()
  await handle.close()
}

console.log(await app.listen({ host: '127.0.0.1', port: 0 }))
