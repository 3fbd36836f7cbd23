import { expect, test, vi } from 'vitest'
import { getDraftMediasBySession } from '../../src/client/utils/storage/draftStorage.ts'
import { takeIn } from '../../src/client/utils/storage/intake/intakeStorage.ts'
import { orderDraftMedias } from '../../src/client/utils/storage/ordering/orderStorage.ts'
import { tasks } from '../../src/client/workers/tasks.ts'
import { until } from '../helpers/eventually.ts'
import { png, text } from '../helpers/files.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

type Tab = Awaited<ReturnType<typeof openTab>>

const ids = (tab: Tab, ...names: string[]) => names.map(name => tab.attachments.value.find(one => one.name === name)!.id)
const order = (tab: Tab, sessionId: string, ...names: string[]) => tab.data.orderAttachments(sessionId, ids(tab, ...names))
/** A file whose bytes do not come until it is let go. */
function stuck(file: File) {
  const read = file.arrayBuffer.bind(file)
  let release = () => {}
  const held = new Promise<void>((resolve) => { release = resolve })
  file.arrayBuffer = () => held.then(read)
  return { file, release: () => release() }
}

const onDisk = async (sessionId: string) => (await getDraftMediasBySession(sessionId)).map(({ name }) => name)

test('the order that a person gives their files is there after a reload, in the other tab, and in the message', async () => {
  const session = newSession()
  const tab = await openTab(session)
  await tab.add([png('a.png'), text('b.txt'), png('c.png')])
  const other = await openTab(session)

  expect(await order(tab, session.value, 'c.png', 'a.png', 'b.txt')).toBe(true)

  expect(tab.names()).toEqual(['c.png', 'a.png', 'b.txt'])
  expect(await onDisk(session.value)).toEqual(['c.png', 'a.png', 'b.txt'])
  await until(() => expect(other.names()).toEqual(['c.png', 'a.png', 'b.txt']))
  const next = await openTab(session)
  expect(next.names()).toEqual(['c.png', 'a.png', 'b.txt'])
  expect((await next.data.getAttachmentsForSdk(session.value)).media.map(({ name }) => name)).toEqual(['c.png', 'a.png', 'b.txt'])
})

test('what is removed after the files were put into another order comes back into its place there', async () => {
  const session = newSession()
  const tab = await openTab(session)
  await tab.add([png('a.png'), png('b.png'), png('c.png')])
  await removeAndUndo(tab)
  await order(tab, session.value, 'c.png', 'b.png', 'a.png')

  await removeAndUndo(tab)

  expect(tab.names()).toEqual(['c.png', 'b.png', 'a.png'])
  expect(await onDisk(session.value)).toEqual(['c.png', 'b.png', 'a.png'])
})

test('what was removed comes back before what was attached since, which is still being read', async () => {
  const session = newSession()
  const tab = await openTab(session)
  const { file, release } = stuck(text('slow.txt'))
  await tab.add([png('a.png'), png('b.png')])
  await tab.remove(tab.attachments.value[1]!)
  const adding = tab.add([file])
  await until(() => expect(tab.attachments.value.map(({ safe }) => safe)).toEqual([undefined, true]))

  await tab.undo.take([...tab.undo.offers.keys()][0]!)
  release()
  await adding

  expect(tab.names()).toEqual(['a.png', 'b.png', 'slow.txt'])
  expect(await onDisk(session.value)).toEqual(['a.png', 'b.png', 'slow.txt'])
})

async function removeAndUndo(tab: Tab) {
  await tab.remove(tab.attachments.value[1]!)
  await tab.undo.take([...tab.undo.offers.keys()][0]!)
}

test('a file that is still being read is where it was put, once it is ready', async () => {
  const session = newSession()
  const tab = await openTab(session)
  const { file, release } = stuck(text('slow.txt'))
  const adding = tab.add([text('first.txt'), file, text('last.txt')])
  await until(() => expect(tab.attachments.value.map(({ state }) => state)).toEqual(['saved', 'preparing', 'saved']))

  await order(tab, session.value, 'slow.txt', 'last.txt', 'first.txt')
  release()
  await adding

  expect(tab.names()).toEqual(['slow.txt', 'last.txt', 'first.txt'])
  expect(await onDisk(session.value)).toEqual(['slow.txt', 'last.txt', 'first.txt'])
})

test('also where the device has no room for it as it was given', async () => {
  vi.spyOn(tasks, 'takeIn').mockRejectedValue(new DOMException('', 'QuotaExceededError'))
  const session = newSession()
  const tab = await openTab(session)
  const { file, release } = stuck(text('slow.txt'))
  const adding = tab.add([text('first.txt'), file])
  await until(() => expect(tab.attachments.value.map(({ state }) => state)).toEqual(['saved', 'preparing']))

  await order(tab, session.value, 'slow.txt', 'first.txt')
  release()
  await adding

  expect(tab.names()).toEqual(['slow.txt', 'first.txt'])
  await until(async () => expect(await onDisk(session.value)).toEqual(['slow.txt', 'first.txt']))
})

test('a browser that is killed while files are read finds them in the order they were put into', async () => {
  const session = newSession()
  const first = await openTab(session)
  await first.add([png('before.png')])
  const [before] = ids(first, 'before.png')
  first.close()
  const given = (name: string, standing: string[]) =>
    ({ id: crypto.randomUUID(), sessionId: session.value, name, file: text(name), mediaType: 'text/plain', before: standing, createdAt: Date.now(), batch: 'drop' })
  const one = given('one.txt', [before!])
  const two = given('two.txt', [before!, one.id])
  await takeIn([one, two])

  await orderDraftMedias(session.value, [two.id, before!, one.id])

  const next = await openTab(session)
  expect(next.names()).toEqual(['two.txt', 'before.png', 'one.txt'])
  await next.data.takeUp(() => {})
  expect(await onDisk(session.value)).toEqual(['two.txt', 'before.png', 'one.txt'])
})

test('a file that another tab attaches meanwhile is not lost, and stands behind what it stood behind', async () => {
  const session = newSession()
  const tab = await openTab(session)
  await tab.add([png('a.png'), png('b.png')])
  const before = ids(tab, 'b.png', 'a.png')
  const other = await openTab(session)
  await other.add([png('c.png')])

  await orderDraftMedias(session.value, before)

  expect(await onDisk(session.value)).toEqual(['b.png', 'c.png', 'a.png'])
})

test('where the device keeps no order it is this tab\'s, which says so, and the one that is sent', async () => {
  const session = newSession()
  const tab = await openTab(session)
  await tab.add([png('a.png'), png('b.png')])
  vi.spyOn(tasks, 'order').mockRejectedValue(new DOMException('', 'QuotaExceededError'))
  vi.spyOn(console, 'warn').mockImplementation(() => {})

  expect(await order(tab, session.value, 'b.png', 'a.png')).toBe(false)
  await tab.data.reload(session.value)

  expect(tab.names()).toEqual(['b.png', 'a.png'])
})
