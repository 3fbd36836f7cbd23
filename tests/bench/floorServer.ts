import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { WebSocketServer, type RawData } from 'ws'
import { pageBundle, pageScript } from './pageScript.ts'

// A process of its own, as the app's server is. It answers a frame once it has it: `/received` at once,
// `/durable` when the bytes would survive a power cut. Its parent reads the address, and kills it.

const folder = await mkdtemp(path.join(tmpdir(), 'satchel-floor-'))
process.on('SIGTERM', async () => {
  await rm(folder, { recursive: true, force: true })
  process.exit()
})

const uppy = await pageBundle('uppy.ts')
const page = (name: string) => readFile(path.join(import.meta.dirname, 'page', name), 'utf8')

const pages = new Map([
  ['/', { type: 'text/html', body: await page('floor.html') }],
  ['/floor.js', { type: 'text/javascript', body: await pageScript('floor.ts') }],
  ['/uppy', { type: 'text/html', body: await page('uppy.html') }],
  ['/uppy.js', { type: 'text/javascript', body: uppy.script }],
  ['/uppy.css', { type: 'text/css', body: uppy.style }],
])

const server = createServer(({ url = '/' }, response) => {
  const page = pages.get(url)
  response.writeHead(page ? 200 : 404, { 'content-type': page?.type ?? 'text/plain' }).end(page?.body)
})

new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket, { url }) => {
  socket.on('message', async (data) => {
    if (url === '/durable')
      await writeDurably(data)
    socket.send('received')
  })
})

async function writeDurably(data: RawData) {
  const handle = await open(path.join(folder, 'frame'), 'w')
  await handle.writeFile(data as Buffer)
  await handle.sync()
  await handle.close()
}

server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
