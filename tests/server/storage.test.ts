import BetterSqlite from 'better-sqlite3'
import { sql } from 'kysely'
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openDatabaseOf } from '../helpers/databases.ts'
import { image, named, pdf, text } from '../helpers/blocks.ts'
import { pdfBytes, pngBytes } from '../helpers/images.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

test('a database that refuses leaves no bytes behind', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()
  const other = new BetterSqlite(path.join(server.dataFolder, 'satchel.sqlite'))
  other.exec('create trigger no_room before insert on attachments begin select raise(abort, \'database or disk is full\'); end')
  other.close()

  expect(await tab.say({ session_id: 'one', images: [image(pngBytes()), image(pngBytes({ seed: 2 }))] })).toMatchObject({ type: 'error', problem: { code: 'not_saved' } })
  expect([await server.blobs(), await server.rows('messages'), await server.rows('sessions')]).toEqual([[], [], []])
})

const HOSTILE = [
  '../../../escape.png',
  '..',
  '.bashrc',
  '/etc/passwd',
  'C:\\Windows\\system.png',
  'nul\0byte.png',
  'CON',
  'con.png',
  'line\nbreak.png',
  'gnp.\u202Egnp.exe',
  '🎉 Grüße 文件.png',
  `${'long'.repeat(75)}.png`,
  `${'longer'.repeat(100)}.png`,
  '   ',
  '-rf.png',
  'trailing dots...',
]

test('names of any kind are shown as they were, and made safe in the workspace', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()

  const sent = await tab.ask({
    session_id: 'one',
    images: HOSTILE.map((_, i) => image(pngBytes({ seed: i }))),
    media: HOSTILE.map((name, i) => named('image', i, name)),
  })
  await tab.answerTo(sent)

  const shown = sent.attachments.map(({ filename }) => filename)
  expect(shown.slice(0, 12)).toEqual(HOSTILE.slice(0, 12))
  expect(shown[12]).toBe(`${'longer'.repeat(100).slice(0, 496)}.png`)
  expect(shown.slice(13)).toEqual(['image-14.png', '-rf.png', 'trailing dots...'])

  const workspace = path.join(server.dataFolder, 'workspaces', 'one')
  const files = await readdir(path.join(workspace, 'attachments'))
  expect(files).toHaveLength(HOSTILE.length)
  for (const file of files) {
    expect(Buffer.byteLength(file)).toBeLessThanOrEqual(220)
    expect(file).not.toMatch(/^[.\s]|[.\s]$|[\\/:]|\p{Cc}|\p{Cf}|^(con|nul)(\.|$)/iu)
  }
  expect(await readdir(workspace)).toEqual(['attachments'])
  expect((await readdir(server.dataFolder)).filter(name => name.includes('escape'))).toEqual([])
  for (const row of await server.rows('attachments')) {
    expect(row.workspace_path).toMatch(/^attachments\/[^/]+$/)
    expect(await readFile(path.join(workspace, row.workspace_path as string))).toEqual(await readFile(path.join(server.dataFolder, 'attachments', row.storage_path as string)))
  }
})

test('two files of one name both exist', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()
  const folder = path.join(server.dataFolder, 'workspaces', 'one', 'attachments')

  await tab.answerTo(await tab.ask({ session_id: 'one', documents: [text('first', 'notes.txt'), text('second', 'notes.txt')] }))
  await tab.answerTo(await tab.ask({ session_id: 'one', documents: [text('third', 'notes.txt')] }))

  const contents = await Promise.all(['notes.txt', 'notes-2.txt', 'notes-3.txt'].map(name => readFile(path.join(folder, name), 'utf8')))
  expect(contents).toEqual(['first', 'second', 'third'])
})

test('a link that the agent planted is neither followed nor overwritten', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()
  const outside = await temporaryFolder()
  const folder = path.join(server.dataFolder, 'workspaces', 'one', 'attachments')
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(outside, 'secret.txt'), 'untouched')
  await symlink(path.join(outside, 'secret.txt'), path.join(folder, 'notes.txt'))
  await symlink(path.join(outside, 'not there yet.txt'), path.join(folder, 'new.txt'))

  await tab.answerTo(await tab.ask({ session_id: 'one', documents: [text('mine', 'notes.txt'), text('mine too', 'new.txt')] }))

  expect(await readdir(outside)).toEqual(['secret.txt'])
  expect(await readFile(path.join(outside, 'secret.txt'), 'utf8')).toBe('untouched')
  expect(await readFile(path.join(folder, 'notes-2.txt'), 'utf8')).toBe('mine')
})

test.each(['attachments', '.'])('a link in place of a workspace folder (%s) is not followed, and the message is still answered', async (place) => {
  const { agent, turns } = instantAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  const outside = await temporaryFolder()
  const link = path.join(server.dataFolder, 'workspaces', 'one', place)
  await mkdir(path.dirname(link), { recursive: true })
  await symlink(outside, link.replace(/\/$/, ''))

  const answer = await tab.answerTo(await tab.ask({ session_id: 'one', documents: [pdf(pdfBytes(), 'report.pdf')] }))

  expect(await readdir(outside)).toEqual([])
  if (place === 'attachments') {
    expect(answer.status).toBe('complete')
    expect(turns[0]!.content).toMatchObject([{ type: 'document', title: 'report.pdf' }])
  }
  else {
    expect(answer.status).toBe('failed') // there is no folder that the agent could safely work in
  }
})

test('what is accepted is written for good, and for nobody else’s eyes', async () => {
  const dataFolder = path.join(await temporaryFolder(), 'made')
  const server = await openServer({ agent: instantAgent().agent, dataFolder })
  const tab = await server.connect()
  await tab.ask({ session_id: 'one', images: [image(pngBytes())] })
  const [row] = await server.rows('attachments')
  await server.close()

  const database = await openDatabaseOf(dataFolder) // a reopened one is what forgets
  const { rows: [pragma] } = await sql`pragma synchronous`.execute(database)
  await database.destroy()

  expect(pragma).toEqual({ synchronous: 2 }) // FULL
  const modeOf = async (name: string) => (await stat(path.join(dataFolder, name))).mode & 0o777
  expect([await modeOf('.'), await modeOf('attachments'), await modeOf(`attachments/${row!.storage_path as string}`)]).toEqual([0o700, 0o700, 0o600])
})
