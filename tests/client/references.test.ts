import { expect, test } from 'vitest'
import { messageBudget } from '../../src/client/utils/limits/budget.ts'
import { getDraftMediasBySession } from '../../src/client/utils/storage/draftStorage.ts'
import { LIMITS } from '../../src/shared/attachments.ts'
import type { AttachmentView } from '../../src/shared/attachmentView.ts'
import { openConnectedTab } from '../helpers/connectedTab.ts'
import { file, png } from '../helpers/files.ts'
import { openServer } from '../helpers/openServer.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

const made = (name: string, more: Partial<AttachmentView> = {}): AttachmentView =>
  ({ id: crypto.randomUUID(), name, kind: 'txt', mimeType: 'text/plain', size: 4, state: 'saved', url: `/api/attachments/${name}`, ...more })

test('a file from the agent is in the draft by reference: it survives a reload without its bytes, and can be removed and put back', async () => {
  const session = newSession()
  const tab = await openTab(session)
  await tab.add([png('mine.png')])
  const report = made('report.txt')

  await tab.data.addStored(session.value, report)
  await tab.data.addStored(session.value, made('second.bin', { kind: 'file', mimeType: 'application/octet-stream' }))

  const again = await openTab(session)
  expect(again.names()).toEqual(['report.txt', 'second.bin', 'mine.png'])
  expect(again.attachments.value[0]).toMatchObject({ url: report.url, state: 'saved', size: 4 })
  expect((await getDraftMediasBySession(session.value)).map(({ base64 }) => base64.length > 0)).toEqual([false, false, true])
  await again.remove(again.attachments.value[0]!)
  expect(again.names()).toEqual(['second.bin', 'mine.png'])
  await again.undo.take([...again.undo.offers.keys()][0]!)
  expect(again.names()).toEqual(['report.txt', 'second.bin', 'mine.png'])
})

test('files from the agent that are attached in one moment stand in the order in which they were chosen', async () => {
  const session = newSession()
  const tab = await openTab(session)
  const names = ['first.txt', 'second.txt', 'third.txt']

  await Promise.all(names.map(name => tab.data.addStored(session.value, made(name))))

  expect(tab.names()).toEqual(names)
  expect((await openTab(session)).names()).toEqual(names)
})

test('the same file is attached by reference once, and a message that is full takes none', async () => {
  const session = newSession()
  const tab = await openTab(session)
  const report = made('report.txt')
  await tab.data.addStored(session.value, report)

  await expect(tab.data.addStored(session.value, report)).rejects.toThrow('report.txt is already attached.')
  for (let i = 1; i < LIMITS.attachmentsPerMessage; i++)
    await tab.data.addStored(session.value, made(`${i}.txt`))
  await expect(tab.data.addStored(session.value, made('more.txt'))).rejects.toThrow('more.txt was not attached: a message holds at most 100 files.')
})

test('what goes by reference costs the message nothing on its way, whatever its size', () => {
  const large = made('film.bin', { kind: 'file', size: 45_000_000 })
  const picture = made('shot.png', { kind: 'image', mimeType: 'image/png', size: 40_000_000, width: 100, height: 100 })

  expect(messageBudget('', [large, picture])).toMatchObject({ problems: [], folderBytes: 0, media: 1 })
})

test('files go by reference through the outbox, before the others; one that is gone by then is told in a sentence, and nothing is lost', async () => {
  const server = await openServer()
  const session = crypto.randomUUID()
  const tab = await openConnectedTab({ session, url: server.url })
  await expect.poll(() => tab.connection.state.value).toBe('open')
  tab.text.value = '/write report.txt hello'
  await tab.send()
  const files = () => tab.history.items.value.flatMap(({ role, attachments }) => role === 'assistant' ? attachments : [])
  await expect.poll(() => files().map(({ name }) => name)).toEqual(['report.txt'])

  await tab.add([file('mine.txt', new TextEncoder().encode('mine'))])
  await tab.attachAgain(files()[0]!)
  expect(tab.attachments.value.map(({ name }) => name)).toEqual(['report.txt', 'mine.txt'])
  tab.text.value = 'look'
  await tab.send()
  await expect.poll(() => tab.history.items.value.filter(({ role }) => role === 'user').at(-1)?.sequence).toBeDefined()
  const [, question] = (await server.messages(session)).filter(({ role }) => role === 'user')
  expect(question!.attachments.map(({ filename, size }) => [filename, size])).toEqual([['report.txt', 6], ['mine.txt', 4]])

  await expect.poll(() => tab.attachments.value).toEqual([])
  await tab.attachAgain(files()[0]!)
  expect((await server.request(`/api/attachments/${files()[0]!.id}`, { method: 'DELETE' })).ok).toBe(true)
  tab.text.value = 'again'
  await tab.send()

  await expect.poll(() => tab.outbox.messages.map(({ text, problem }) => [text, problem])).toEqual([['again', expect.stringMatching(/./)]])
  expect(tab.outbox.attachmentsOf(tab.outbox.messages[0]!.id).map(({ name }) => name)).toEqual(['report.txt'])
  await tab.outbox.edit(tab.outbox.messages[0]!.id)
  expect(tab.text.value).toBe('again')
  await expect.poll(() => tab.attachments.value.map(({ name }) => name)).toEqual(['report.txt'])
})
