import { rename } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Problem } from '../../src/shared/protocol/problem.ts'
import { image } from '../helpers/blocks.ts'
import { holdDatabases, noRoomAtSync, roomForBytes, smallDisk } from '../helpers/disks.ts'
import { pngBytes } from '../helpers/images.ts'
import { openServer } from '../helpers/openServer.ts'
import { fillDisk } from '../helpers/realDisk.ts'
import { base64, file, form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

const pictures = Array.from({ length: 10 }, (_, seed) => pngBytes({ width: 60, height: 60, seed }))
// Long enough that their rows need more pages than the database has.
const files = pictures.map((bytes, i) => file(`${'long'.repeat(60)}${i}.png`, bytes, 'image/png'))
const TEXT = 'look '.repeat(2000)
/** Some of the files fit, and half of one. */
const SOME = pictures[0]!.length * 4 + pictures[4]!.length / 2

async function open(dataFolder?: string) {
  const databases = holdDatabases()
  const { agent, turns } = instantAgent()
  const server = await openServer({ agent, dataFolder })
  await server.request('/api/sessions', json({ id: 'one' }))
  const store = path.join(server.dataFolder, 'attachments')

  /** What is there besides the empty session. */
  const kept = async () => ({
    rows: [...await server.rows('messages'), ...await server.rows('attachments'), ...await server.rows('uploads'), ...(await server.rows('sessions')).filter(row => row.id !== 'one')],
    blobs: await server.blobs(),
    turns: turns.length,
  })
  return { ...server, databases, store, kept, turns }
}
type Server = Awaited<ReturnType<typeof open>>

interface Answer { status: number, problem?: Problem }

async function answerOf(response: Response): Promise<Answer> {
  expect(response.ok || response.headers.get('content-type')).toBe(response.ok || 'application/problem+json')
  return { status: response.status, problem: response.ok ? undefined : await response.json() as Problem }
}

/** However something comes in; each is the same one again when it is tried again. */
const WAYS: Record<string, (server: Server) => Promise<Answer>> = {
  'a message over the socket': async (server) => {
    const tab = await server.connect()
    const answer = await tab.say({ session_id: 'new', message_id: 'm1', text: TEXT, images: pictures.map(bytes => image(bytes)) })
    return answer.type === 'error' ? { status: answer.problem.status, problem: answer.problem } : { status: 200 }
  },
  'a message as a form': async server => answerOf(await server.request('/api/sessions/one/messages', form({ content: TEXT }, files, { 'idempotency-key': 'k1' }))),
  'a message as JSON': async server => answerOf(await server.request('/api/sessions/one/messages', json({
    content: TEXT,
    attachments: files.map(({ name, bytes, type }) => ({ filename: name, mimeType: type, content: base64(bytes) })),
  }, { 'idempotency-key': 'k1' }))),
  'an upload': async server => answerOf(await server.request('/api/uploads', form({}, files))),
}

/** What can be wrong, what is said of it, and how it begins; ends with how it ends. */
const FAILURES: [string, number, string, (server: Server) => Promise<() => unknown>][] = [
  ['the disk is full in the middle of a file', 507, 'storage_full', () => roomForBytes(SOME)],
  ['the disk is full when it is waited for', 507, 'storage_full', noRoomAtSync],
  ['the database has no room', 507, 'storage_full', async server => server.databases.fill()],
  ['the store is gone', 503, 'storage_unavailable', async ({ store }) => {
    await rename(store, `${store}-away`)
    return () => rename(`${store}-away`, store)
  }],
]

describe.each(Object.entries(WAYS))('%s', (_way, send) => {
  test.each(FAILURES)('that comes when %s is told so, and nothing of it is kept; afterwards it works', async (_what, status, code, begin) => {
    const server = await open()
    const end = await begin(server)

    const refused = await send(server)
    await end()

    expect(refused).toMatchObject({ status, problem: { status, code, detail: expect.stringMatching(/Nothing was saved/), requestId: expect.any(String) } })
    expect(JSON.stringify(refused)).not.toContain(server.dataFolder)
    expect(await server.kept()).toEqual({ rows: [], blobs: [], turns: 0 })
    expect((await send(server)).status).toBeLessThan(300)
    expect(await server.blobs()).toHaveLength(files.length)
  })

  test('that comes to a real disk without room is told so, and nothing of it is kept; afterwards it works', async ({ skip }) => {
    const disk = await smallDisk(4 * 1024 * 1024)
    if (!disk)
      return skip('this user may not make a disk')
    const server = await open(disk)
    const makeRoom = await fillDisk(disk, 8 * 1024 * 1024)

    const refused = await send(server)
    expect(refused).toMatchObject({ status: 507, problem: { code: 'storage_full' } })
    expect(await server.kept()).toEqual({ rows: [], blobs: [], turns: 0 })

    await makeRoom()
    expect((await send(server)).status).toBeLessThan(300)
  })
})

test('an upload for which the disk has no room is not read to its end', async () => {
  const server = await open()
  const end = await roomForBytes(1024 * 1024)
  const large = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(9 * 1024 * 1024)])

  const answers = await Promise.all(Array.from({ length: 3 }, async () => answerOf(await server.request('/api/uploads', form({}, [file('large.pdf', large), file('more.pdf', large)])))))
  end()

  expect(answers.map(({ status }) => status)).toEqual([507, 507, 507])
  expect(await server.kept()).toEqual({ rows: [], blobs: [], turns: 0 })
})
