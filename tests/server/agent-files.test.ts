import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { Agent } from '../../src/server/agents/agent.ts'
import type { Attachment } from '../../src/shared/protocol/attachment.ts'
import { image, workspaceFile } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { ANN, bearer, openServer, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'

type Work = (folder: string, signal: AbortSignal) => Promise<unknown>

/** Does that in its folder, turn by turn. */
function workingAgent(...works: Work[]): Agent {
  return {
    name: 'working',
    description: 'A test works.',
    async* run(turn, signal) {
      await works.shift()?.(turn.workspaceFolder, signal)
      yield { type: 'delta', text: 'Done.' }
    },
  }
}

async function open(agent?: Agent, options: Parameters<typeof openServer>[0] = {}) {
  const server = await openServer({ ...agent && { agent }, ...options })
  const tab = await server.connect()
  const ask = async (frame: object = {}) => tab.answerTo(await tab.ask({ session_id: 'one', text: 'work', ...frame }))
  return { server, tab, ask, folder: path.join(server.dataFolder, 'workspaces', 'one') }
}

const names = ({ attachments }: { attachments: Attachment[] }) => attachments.map(({ path }) => path)
const noticeOf = (message: { parts: { type: string }[] }) => message.parts.find(part => part.type === 'notice') as { code: string, text: string } | undefined

test('what the agent wrote comes back with its answer, once, and is the same after a reload', async () => {
  const { server, tab, ask } = await open()

  const first = await ask({ text: '/write sub/a.txt one\n/write b.txt two' })
  const second = await ask({ text: '/edit b.txt two => three' })
  const third = await ask({ text: 'hello' })

  expect(first).toMatchObject({ attachmentUrl: first.attachments[0]?.url, attachmentName: 'b.txt', attachments: [
    { filename: 'b.txt', path: 'b.txt', origin: 'agent', mimeType: 'text/plain', size: 4, sha256: createHash('sha256').update('two\n').digest('hex') },
    { filename: 'a.txt', path: 'sub/a.txt', origin: 'agent' },
  ] })
  expect(names(second)).toEqual(['b.txt'])
  expect(names(third)).toEqual([])
  expect((await server.messages('one')).filter(({ role }) => role === 'assistant')).toEqual([first, second, third])
  expect(await (await server.request(second.attachments[0]!.url)).text()).toBe('three\n')
  expect(tab.all('message_completed')[0]!.message.attachments).toHaveLength(2)
})

test('what the person attached is not handed back, unless the agent changed it', async () => {
  const { ask } = await open(workingAgent(
    async () => undefined,
    folder => writeFile(path.join(folder, 'attachments/tool.zip'), 'changed'),
  ))

  const first = await ask({ files: [workspaceFile('tool.zip', Buffer.from('as it was')), workspaceFile('other.zip', Buffer.from('other'))], images: [image(pngBytes())] })
  const second = await ask()

  expect(names(first)).toEqual([])
  expect(names(second)).toEqual(['attachments/tool.zip'])
})

test('pictures come with their size; pages and drawings are saved, never shown', async () => {
  const { server, ask } = await open(workingAgent(async (folder) => {
    await writeFile(path.join(folder, 'plot.png'), pngBytes())
    await writeFile(path.join(folder, 'drawing.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    await writeFile(path.join(folder, 'page.html'), '<script>alert(1)</script>')
    await writeFile(path.join(folder, 'page.txt'), '<!DOCTYPE html><script>alert(1)</script>')
    await writeFile(path.join(folder, 'broken.png'), pngBytes().subarray(0, 40))
  }))

  const { attachments } = await ask()

  expect(attachments.map(({ filename, mimeType }) => [filename, mimeType])).toEqual([
    ['broken.png', 'application/octet-stream'], ['drawing.svg', 'application/octet-stream'], ['page.html', 'application/octet-stream'],
    ['page.txt', 'application/octet-stream'], ['plot.png', 'image/png'],
  ])
  expect(attachments.at(-1)!.width).toBeGreaterThan(0)
  for (const { url, filename } of attachments.slice(0, 4)) {
    const { headers } = await server.request(url)
    expect([headers.get('content-disposition'), headers.get('x-content-type-options')], filename).toEqual([expect.stringMatching(/^attachment/), 'nosniff'])
  }
})

test('links, pipes, tools’ folders and what is too large stay where they are, and the answer says so, once', async () => {
  const { ask, folder } = await open(workingAgent(async (folder) => {
    await mkdir(path.join(folder, '.git'))
    await writeFile(path.join(folder, '.git/config'), 'x')
    await mkdir(path.join(folder, 'app/node_modules'), { recursive: true })
    await writeFile(path.join(folder, 'app/node_modules/x.js'), 'x')
    await symlink('/etc/hostname', path.join(folder, 'link'))
    await symlink('/etc', path.join(folder, 'linked'))
    execFileSync('mkfifo', [path.join(folder, 'pipe')])
    await writeFile(path.join(folder, 'huge.bin'), '')
    await truncate(path.join(folder, 'huge.bin'), 51 * 1024 * 1024)
    await writeFile(path.join(folder, 'fine\u202Etxt.exe\n'), 'fine')
  }))

  const first = await ask()
  const second = await ask()

  expect(first.attachments.map(({ path, filename }) => [path, filename])).toEqual([['fine\uFFFDtxt.exe\uFFFD', 'fine\uFFFDtxt.exe\uFFFD']])
  expect(first.text).toBe('Done.')
  expect(noticeOf(first)).toMatchObject({ code: 'left_out', text: expect.stringMatching(/huge\.bin.*50 MB.*\.git, app\/node_modules/) as string })
  expect(noticeOf(second)).toBeUndefined()
  await rm(folder, { recursive: true })
  expect((await ask()).attachments).toEqual([])
})

test('a file that grows while it is read is left out, said, and comes when it is whole', async () => {
  let growing = true
  let grown: Promise<void> | undefined
  const { ask } = await open(workingAgent(async (folder) => {
    const file = path.join(folder, 'log.txt')
    await writeFile(file, 'x'.repeat(20 * 1024 * 1024))
    grown = (async () => {
      while (growing)
        await writeFile(file, 'more', { flag: 'a' })
    })()
    await writeFile(path.join(folder, 'fine.txt'), 'fine')
  }))

  const first = await ask()
  growing = false
  await grown
  const second = await ask()

  expect(names(first)).toEqual(['fine.txt'])
  expect(noticeOf(first)?.text).toContain('log.txt')
  expect(names(second)).toEqual(['log.txt'])
})

test('at most a hundred files come with one answer; the rest is counted', async () => {
  const { ask } = await open(workingAgent(async (folder) => {
    for (let i = 0; i < 120; i++)
      await writeFile(path.join(folder, `file-${String(i).padStart(3, '0')}.txt`), `${i}`)
  }))

  const answer = await ask()

  expect(answer.attachments).toHaveLength(100)
  expect(noticeOf(answer)?.text).toMatch(/file-100\.txt.* and 15 more \(.*at most 100/)
  expect(names(await ask())).toEqual([])
})

test('files come in the order in which a person would count them', async () => {
  const { ask } = await open(workingAgent(async (folder) => {
    for (const name of ['part-10.txt', 'part-1.txt', 'part-2.txt'])
      await writeFile(path.join(folder, name), name)
  }))

  expect(names(await ask())).toEqual(['part-1.txt', 'part-2.txt', 'part-10.txt'])
})

test('a hundred thousand files neither stop the server nor cost the answer', async () => {
  const { server, ask } = await open(workingAgent(async (folder) => {
    await promisify(execFile)('sh', ['-c', 'mkdir many && cd many && seq 1 100000 | xargs touch'], { cwd: folder })
    await writeFile(path.join(folder, 'result.txt'), 'here')
  }))
  let slowest = 0
  let asking = true
  const others = (async () => {
    while (asking) {
      const start = performance.now()
      await server.request('/healthz')
      slowest = Math.max(slowest, performance.now() - start)
    }
  })()

  const answer = await ask()
  asking = false
  await others

  expect(answer).toMatchObject({ status: 'complete', text: 'Done.' })
  expect(names(answer)).toContain('result.txt')
  expect(noticeOf(answer)?.text).toMatch(/holds more than 20,000 files/)
  console.info(`100,000 files: other requests waited ${Math.round(slowest)} ms at most`)
  expect(slowest).toBeLessThan(3000)
}, 300_000)

test('with no room left the answer is kept, and says which file was not', async () => {
  const { ask } = await open(workingAgent(folder => Promise.all([writeFile(path.join(folder, 'small.txt'), 'x'.repeat(50)), writeFile(path.join(folder, 'large.txt'), 'y'.repeat(500))])), { quotaBytes: 200 })

  const answer = await ask()

  expect(answer).toMatchObject({ status: 'complete', text: 'Done.' })
  expect(names(answer)).toEqual(['small.txt'])
  expect(noticeOf(answer)?.text).toMatch(/large\.txt.*no room/)
})

test('a folder that is gone is rebuilt before the next turn, what the person attached too', async () => {
  const seen: string[] = []
  const { ask, folder } = await open(workingAgent(
    async (folder) => {
      await mkdir(path.join(folder, 'sub'))
      await writeFile(path.join(folder, 'sub/run.sh'), 'echo hi')
      await chmod(path.join(folder, 'sub/run.sh'), 0o755)
      await writeFile(path.join(folder, 'removed.txt'), 'x')
    },
    folder => rm(path.join(folder, 'removed.txt')),
    async (folder) => {
      seen.push(await readFile(path.join(folder, 'sub/run.sh'), 'utf8'), await readFile(path.join(folder, 'attachments/tool.zip'), 'utf8'))
      seen.push(((await stat(path.join(folder, 'sub/run.sh'))).mode & 0o777).toString(8))
      await stat(path.join(folder, 'removed.txt')).catch(() => seen.push('removed'))
    },
  ))
  await ask({ files: [workspaceFile('tool.zip', Buffer.from('zip'))] })
  await ask()
  await rm(folder, { recursive: true })

  const answer = await ask()

  expect(seen).toEqual(['echo hi', 'zip', '755', 'removed'])
  expect(names(answer)).toEqual([])
})

test('the same bytes are stored once, and another tenant sees none of them', async () => {
  const server = await openServer({ apiKeys: TWO_TENANTS })
  server.as(ANN)
  const tab = await server.connect()
  const answer = await tab.answerTo(await tab.ask({ session_id: 'one', text: '/write a.txt same\n/write b.txt same' }))

  expect(answer.attachments).toHaveLength(2)
  expect(await server.blobs()).toHaveLength(1)
  for (const { url } of answer.attachments) {
    expect((await server.request(url)).status).toBe(200)
    expect((await fetch(server.url + url, { headers: bearer(ZOE) })).status).toBe(404)
  }
})

test('what a stopped turn had written comes with its answer', async () => {
  const { tab, server } = await open()
  const asked = await tab.ask({ session_id: 'one', text: '/write a.txt before\n/slow 9999' })
  await tab.heard('text_delta')
  tab.send({ type: 'stop', session_id: 'one' })

  expect((await tab.answerTo(asked)).status).toBe('cancelled')
  expect(names((await tab.heard('message_updated')).message)).toEqual(['a.txt'])
  expect(names((await server.messages('one'))[1]!)).toEqual(['a.txt'])
})

test('what an answer had written is there when its server ends in the middle of it and its folder is lost, and comes with it once', async () => {
  const { server, tab, folder } = await open()
  await tab.ask({ session_id: 'one', text: '/write sub/a.txt one\n/write b.txt two\n/edit b.txt two => three\n/ask Which? | Left | Right\n/read b.txt\n/read sub/a.txt' })
  const { message_id, part } = await tab.heard('part_added', ({ part }) => part.type === 'question')
  await server.close()
  await rm(folder, { recursive: true })

  const next = await openServer({ dataFolder: server.dataFolder })
  const back = await next.connect()
  back.send({ type: 'subscribe', session_id: 'one' })
  back.send({ type: 'answer', session_id: 'one', message_id, part_id: part.id, answers: { 'Which?': 'Right' } })
  const { message } = await back.heard('message_completed')

  expect(message.parts.flatMap(part => part.type === 'tool' && part.name === 'Read' ? [part.output?.text] : [])).toEqual(['three\n', 'one\n'])
  expect(names(message)).toEqual(['b.txt', 'sub/a.txt'])
  expect(message.attachmentName).toBe('b.txt')
  expect(await (await next.request(message.attachments[0]!.url)).text()).toBe('three\n')
  expect(await next.blobs()).toHaveLength(2)
  expect((await next.messages('one'))[1]).toEqual(message)
})

test('what another server changed and removed in its folder of the session is so here when it comes back; what is stored nowhere stays', async () => {
  const { server, ask } = await open(workingAgent(async (folder) => {
    await mkdir(path.join(folder, 'sub/.git'), { recursive: true })
    await Promise.all(['a.txt', 'b.txt', 'sub/c.txt', 'sub/.git/tool'].map(name => writeFile(path.join(folder, name), 'before')))
    await writeFile(path.join(folder, 'huge.bin'), '')
    await truncate(path.join(folder, 'huge.bin'), 51 * 1024 * 1024)
  }))
  await ask()
  await server.close()
  const [workspaces, id] = ['workspaces', 'data-folder-id'].map(name => path.join(server.dataFolder, name)) as [string, string]
  await cp(workspaces, `${workspaces}.kept`, { recursive: true })
  await rename(id, `${id}.kept`) // from here on it is another server's
  const other = await open(workingAgent(folder => Promise.all([writeFile(path.join(folder, 'a.txt'), 'behind'), rm(path.join(folder, 'b.txt'))])), { dataFolder: server.dataFolder })
  await other.ask()
  await other.server.close()
  await rm(workspaces, { recursive: true })
  await rename(`${workspaces}.kept`, workspaces)
  await rename(`${id}.kept`, id)

  let found: string[] = []
  let inside: string[] = []
  const back = await open(workingAgent(async (folder) => {
    found = await readdir(folder)
    inside = await readdir(path.join(folder, 'sub'))
    await writeFile(path.join(folder, 'read.txt'), await readFile(path.join(folder, 'a.txt')))
  }), { dataFolder: server.dataFolder })
  const answer = await back.ask()

  expect(found.sort()).toEqual(['a.txt', 'huge.bin', 'sub'])
  expect(inside.sort()).toEqual(['.git', 'c.txt'])
  expect(names(answer)).toEqual(['read.txt'])
  expect(await (await back.server.request(answer.attachments[0]!.url)).text()).toBe('behind')
})

test('a file that was stored in the middle of an answer and removed before its end is no part of it, and its bytes are gone', async () => {
  let kept: number | undefined
  const { server, ask } = await open({
    name: 'tidying',
    description: 'A test tidies up.',
    async* run({ workspaceFolder, keep }) {
      await writeFile(path.join(workspaceFolder, 'draft.txt'), 'draft')
      await Promise.all([keep('draft.txt'), keep('draft.txt'), keep()])
      kept = (await server.blobs()).length
      await rm(path.join(workspaceFolder, 'draft.txt'))
      await writeFile(path.join(workspaceFolder, 'final.txt'), 'final')
      yield { type: 'delta', text: 'Done.' }
    },
  })

  const answer = await ask()

  expect(kept).toBe(1)
  expect(names(answer)).toEqual(['final.txt'])
  expect(answer.attachmentName).toBe('final.txt')
  expect(await server.blobs()).toHaveLength(1)
})

test('a session that is deleted in the middle of an answer takes with it what that answer had stored already', async () => {
  const { server, tab } = await open()
  await tab.ask({ session_id: 'one', text: '/write a.txt before\n/slow 9999' })
  await tab.heard('text_delta')
  expect(await server.blobs()).toHaveLength(1)

  expect((await server.request('/api/sessions/one', { method: 'DELETE' })).status).toBe(204)

  await eventually(() => server.blobs()).toEqual([])
  expect(await server.rows('attachments')).toEqual([])
})
