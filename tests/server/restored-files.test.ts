import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Agent } from '../../src/server/agents/agent.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import { text } from '../helpers/blocks.ts'
import { openServer } from '../helpers/openServer.ts'
import { storedBlobs } from '../helpers/storedBlobs.ts'

type Work = (folder: string) => Promise<unknown>

/** Does that in its folder, turn by turn. */
async function open(...works: Work[]) {
  const agent: Agent = {
    name: 'working',
    description: 'A test works.',
    async* run({ workspaceFolder }) {
      await works.shift()?.(workspaceFolder)
      yield { type: 'delta', text: 'Done.' }
    },
  }
  const server = await openServer({ agent })
  const tab = await server.connect()
  const folder = path.join(server.dataFolder, 'workspaces', 'one')
  const say = async (more: object = {}) => {
    const asked = await tab.ask({ session_id: 'one', text: 'work', ...more })
    return { asked, answer: await tab.answerTo(asked) }
  }
  const lies = async () => (await readdir(folder, { recursive: true, withFileTypes: true })).flatMap(entry => entry.isFile() ? [entry.name] : []).sort()
  return { server, folder, say, lies, read: (name: string) => readFile(path.join(folder, name), 'utf8') }
}

const write = (name: string, words: string): Work => async (folder) => {
  await mkdir(path.dirname(path.join(folder, name)), { recursive: true })
  await writeFile(path.join(folder, name), words)
}
const noticesOf = ({ parts }: Message) => parts.flatMap(part => part.type === 'notice' ? [part.text] : [])

const RESTORED = 'The agent\'s folder was put back as it was at this point of the conversation.'

test('a file that the agent had deleted stays deleted in a version that begins after that', async () => {
  const { say, lies } = await open(
    write('a.txt', 'one'),
    async (folder) => {
      await rm(path.join(folder, 'a.txt'))
      await rm(path.join(folder, 'attachments/notes.txt'))
    },
    write('b.txt', 'later'),
    async () => undefined,
    async () => undefined,
  )
  const { asked: first } = await say({ documents: [text('mine', 'notes.txt')] })
  const { asked: second } = await say()
  const { asked: third } = await say()

  const after = await say({ replaces: third.id, restore_files: true })
  expect([noticesOf(after.answer), await lies()]).toEqual([[RESTORED], []])

  await say({ replaces: second.id, restore_files: true }) // it was there before it was deleted
  expect(await lies()).toEqual(['a.txt', 'notes.txt'])
  await say({ replaces: first.id, restore_files: true })
  expect(await lies()).toEqual([])
})

test('a file that was never stored stays as it is, and it is said', async () => {
  const { say, read, folder } = await open(
    write('a.txt', 'one'),
    folder => truncate(path.join(folder, 'a.txt'), 51 * 1024 * 1024),
  )
  await say()
  const { asked } = await say()

  const { answer } = await say({ replaces: asked.id, restore_files: true })

  expect((await stat(path.join(folder, 'a.txt'))).size).toBe(51 * 1024 * 1024)
  expect((await read('a.txt')).startsWith('one')).toBe(true)
  expect(noticesOf(answer)).toEqual([expect.stringContaining('a.txt stayed as it is, for what is in it is stored nowhere else')])
})

test('what came into the folder unseen is not written over', async () => {
  const { say, read, folder } = await open(write('a.txt', 'one'), folder => rm(path.join(folder, 'a.txt')))
  await say()
  const { asked } = await say()
  await writeFile(path.join(folder, 'a.txt'), 'of somebody else')

  const { answer } = await say({ replaces: asked.id, restore_files: true })

  expect(await read('a.txt')).toBe('of somebody else')
  expect(noticesOf(answer)[0]).toContain('a.txt stayed as it is')
})

test('a file of a version whose bytes are gone is named, and the folder is not said to be as it was', async () => {
  const { server, say, lies } = await open(write('a.txt', 'one'), write('a.txt', 'two'))
  const { answer: first } = await say()
  const { asked } = await say()
  for (const key of await storedBlobs(server.dataFolder)) {
    const blob = path.join(server.dataFolder, 'attachments', key)
    if (await readFile(blob, 'utf8') === 'one')
      await rm(blob)
  }

  const { answer } = await say({ replaces: asked.id, restore_files: true })

  expect(first.attachments.map(({ filename }) => filename)).toEqual(['a.txt'])
  expect(noticesOf(answer)).toEqual(['These files are gone from the agent\'s folder, and could not be put back: a.txt.'])
  expect(await lies()).toEqual([])
})

test('a folder that stood where a file was makes room for it', async () => {
  const { say, read } = await open(write('a', 'a file'), async (folder) => {
    await rm(path.join(folder, 'a'))
    await write('a/b/c.txt', 'deep')(folder)
  })
  await say()
  const { asked } = await say()

  const { answer } = await say({ replaces: asked.id, restore_files: true })

  expect([noticesOf(answer), await read('a')]).toEqual([[RESTORED], 'a file'])
})
