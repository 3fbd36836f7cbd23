import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Message } from '../../src/shared/protocol/message.ts'
import { text, workspaceFile } from '../helpers/blocks.ts'
import { openDatabaseOf } from '../helpers/databases.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'

const names = ({ attachments }: Message) => attachments.map(({ filename }) => filename)

async function open(dataFolder: string) {
  const server = await openServer({ dataFolder })
  const tab = await server.connect()
  const folder = path.join(dataFolder, 'workspaces/one')
  const lies = async () => (await readdir(folder, { recursive: true, withFileTypes: true })).flatMap(entry => entry.isFile() ? [entry.name] : []).sort()
  return { server, tab, folder, lies, ask: async (more: object) => tab.answerTo(await tab.ask({ session_id: 'one', text: 'look', ...more })) }
}

test('a file of the person whose place cannot be kept is not in the folder, and does not come back as something that the agent made', async () => {
  const dataFolder = await temporaryFolder()
  const { ask, lies, server } = await open(dataFolder)
  const database = await openDatabaseOf(dataFolder)
  await sql`create trigger no_room before insert on workspace_files begin select raise(abort, 'no room'); end`.execute(database)

  const answer = await ask({ documents: [text('mine', 'notes.txt')] })

  expect(answer).toMatchObject({ status: 'complete', text: expect.stringContaining('notes.txt') })
  expect([names(answer), await lies()]).toEqual([[], []])

  await sql`drop trigger no_room`.execute(database)
  expect(names(await ask({ documents: [text('mine again', 'notes.txt')] }))).toEqual([])
  expect(await lies()).toEqual(['notes.txt'])
  expect(await server.rows('attachments')).toMatchObject([{ workspace_path: null }, { workspace_path: 'attachments/notes.txt' }])
})

test('a server that was killed after it had kept the places of files, and before the files were there, puts them there before the turn goes on', async () => {
  const dataFolder = await temporaryFolder()
  const first = await open(dataFolder)
  await first.tab.ask({ session_id: 'one', text: '/ask Which? | Left | Right\n/read attachments/notes.txt\n/read attachments/notes-2.txt', documents: [text('one', 'notes.txt'), text('two', 'notes.txt')] })
  const { message_id, part } = await first.tab.heard('part_added', ({ part }) => part.type === 'question')
  await first.server.close()
  await rm(path.join(first.folder, 'attachments/notes-2.txt'))

  const { tab, lies } = await open(dataFolder)
  tab.send({ type: 'subscribe', session_id: 'one' })
  tab.send({ type: 'answer', session_id: 'one', message_id, part_id: part.id, answers: { 'Which?': 'Right' } })
  const { message } = await tab.heard('message_completed')

  expect(message.parts.flatMap(part => part.type === 'tool' && part.name === 'Read' ? [part.output?.text] : [])).toEqual(['one', 'two'])
  expect([names(message), await lies()]).toEqual([[], ['notes-2.txt', 'notes.txt']])
})

test('half a file that a killed server has left is nobody\'s, and is gone after the next answer', async () => {
  const dataFolder = await temporaryFolder()
  const { ask, lies, folder } = await open(dataFolder)
  await mkdir(path.join(folder, 'attachments'), { recursive: true })
  await writeFile(path.join(folder, 'attachments/.1b4e28ba-2fa1-11d2-883f-0016d3cca427.part'), 'hal')
  await writeFile(path.join(folder, '.mine.part'), 'made by a tool')

  const answer = await ask({ files: [workspaceFile('tool.zip', Buffer.from('zip'))] })

  expect([names(answer), await lies()]).toEqual([['.mine.part'], ['.mine.part', 'tool.zip']])
  expect(await readFile(path.join(folder, 'attachments/tool.zip'), 'utf8')).toBe('zip')
})
