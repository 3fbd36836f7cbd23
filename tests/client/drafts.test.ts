import { expect, onTestFinished, test, vi } from 'vitest'
import { base64ToBytes } from '../../src/shared/base64.ts'
import { getDraftMedia, getDraftMediasBySession } from '../../src/client/utils/storage/draftStorage.ts'
import { pause } from '../../src/client/utils/timing/pause.ts'
import { createSaveSoon } from '../../src/client/utils/timing/saveSoon.ts'
import { getDraftMessage } from '../helpers/draftRecords.ts'
import { goneFile, pdf, png, text, zip } from '../helpers/files.ts'
import { newSession, openTab } from '../helpers/openTab.ts'
import { until } from '../helpers/eventually.ts'

test('attachments survive a closed tab, in the order they were given', async () => {
  const session = newSession()
  await (await openTab(session)).add([png('one.png'), pdf('two.pdf'), png('three.png'), text('four.txt')])

  expect((await openTab(session)).names()).toEqual(['one.png', 'two.pdf', 'three.png', 'four.txt'])
})

test('what was attached is kept byte for byte', async () => {
  const session = newSession()
  const given = png('shot.png', 42)
  await (await openTab(session)).add([given])

  const [media] = await getDraftMediasBySession(session.value)
  expect(base64ToBytes(media!.base64)).toEqual(new Uint8Array(await given.arrayBuffer()))
  expect(media).toMatchObject({ name: 'shot.png', type: 'image', mimeType: 'image/png', width: 3, height: 2 })
})

test('a file stands in its final place at once, and says that it is not safe yet', async () => {
  const session = newSession()
  const { add, names, attachments, preparing } = await openTab(session)

  const adding = add([png('one.png'), png('two.png')])
  expect(names()).toEqual(['one.png', 'two.png'])
  expect(attachments.value.map(({ state }) => state)).toEqual(['preparing', 'preparing'])
  expect(preparing.value).toBe(true)

  await adding
  expect(attachments.value.map(({ state }) => state)).toEqual(['saved', 'saved'])
  expect(preparing.value).toBe(false)
})

test('a slow file keeps its place before the quick ones', async () => {
  const session = newSession()
  const slow = png('slow.png')
  const read = slow.arrayBuffer.bind(slow)
  let release = () => {}
  slow.arrayBuffer = async () => {
    await new Promise<void>((resolve) => { release = resolve })
    return read()
  }

  const { add, attachments } = await openTab(session)
  const adding = add([png('first.png'), slow, png('quick.png')])
  await until(() => expect(attachments.value.at(-1)?.state).toBe('saved'))
  release()
  await adding

  expect((await openTab(session)).names()).toEqual(['first.png', 'slow.png', 'quick.png'])
})

test('one bad file does not cost the good ones, and the person is told of it', async () => {
  const { add, names, told } = await openTab(newSession())

  await add([png('before.png'), zip('virus.zip'), await goneFile('gone.png'), png('after.png')])

  expect(names()).toEqual(['before.png', 'after.png'])
  expect(told().sort()).toEqual([
    expect.stringMatching(/^gone\.png could not be read/),
    expect.stringMatching(/^virus\.zip cannot be attached: only images, PDFs and text files can/),
  ])
})

test('files go to the session they were dropped on, wherever the person goes meanwhile', async () => {
  const session = newSession()
  const dropped = session.value
  const { add, names } = await openTab(session)

  const adding = add([png('one.png'), png('two.png')])
  session.value = crypto.randomUUID()
  await adding
  expect(names()).toEqual([])

  session.value = dropped
  expect(names()).toEqual(['one.png', 'two.png'])
})

test('typing keeps the attachments, and attaching keeps the text', async () => {
  const session = newSession()
  const { add, text, drafts } = await openTab(session)

  text.value = 'look'
  drafts.flush()
  await Promise.all([add([png('one.png')]), add([png('two.png')])])
  text.value = 'look at these'
  drafts.flush()

  await expect.poll(() => getDraftMessage(session.value)).toEqual({
    message: 'look at these',
    mediaIds: [expect.any(String), expect.any(String)],
  })
})

test('a removed attachment is gone from the device too, and its neighbours keep their order', async () => {
  const session = newSession()
  const { add, remove, attachments } = await openTab(session)
  await add([png('one.png'), png('two.png'), png('three.png')])
  const two = attachments.value[1]!

  await remove(two)

  expect((await openTab(session)).names()).toEqual(['one.png', 'three.png'])
  expect(await getDraftMedia(two.id)).toBeUndefined()
})

test('an attachment removed while it was being read does not come back', async () => {
  const session = newSession()
  const { add, remove, attachments, names } = await openTab(session)

  const adding = add([png('regret.png'), png('keep.png')])
  await Promise.all([remove(attachments.value[0]!), adding])

  expect(names()).toEqual(['keep.png'])
  expect((await openTab(session)).names()).toEqual(['keep.png'])
})

test('clearing a draft removes its files and leaves those of other sessions', async () => {
  const [mine, other] = [newSession(), newSession()]
  await (await openTab(other)).add([png('other.png')])
  const { add, data, names } = await openTab(mine)
  await add([png('mine.png')])

  await data.clearAttachmentsForSession(mine.value)

  expect(names()).toEqual([])
  expect(await getDraftMediasBySession(mine.value)).toEqual([])
  expect((await openTab(other)).names()).toEqual(['other.png'])
})

test('what is typed while the draft is still being read stands after it, and nothing is doubled', async () => {
  const session = newSession()
  const first = await openTab(session)
  first.text.value = 'stored'
  first.drafts.flush()
  await expect.poll(() => getDraftMessage(session.value)).toMatchObject({ message: 'stored' })

  const opening = openTab(session)
  const { useDraftsStore } = await import('../../src/client/stores/drafts.ts')
  useDraftsStore().setText(session.value, 'typed')
  const { text } = await opening

  expect(text.value).toBe('stored\ntyped')
})

test('the first letter is saved at once, and what follows while that goes on as soon as it has ended', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const saves: (() => void)[] = []
  const { soon } = createSaveSoon(() => new Promise((resolve) => { saves.push(() => resolve(true)) }))

  soon('draft')
  await vi.advanceTimersByTimeAsync(0)
  expect(saves).toHaveLength(1)
  for (let typed = 0; typed < 10; typed++) {
    soon('draft')
    await vi.advanceTimersByTimeAsync(1)
  }
  expect(saves).toHaveLength(1)
  saves[0]!()
  await vi.advanceTimersByTimeAsync(100)
  expect(saves).toHaveLength(2)
})

test('a save that takes long leaves the page its rest, and nothing that is typed waits long for the next', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const began: number[] = []
  const { soon } = createSaveSoon(async () => {
    began.push(Date.now())
    await pause(400, new AbortController().signal)
    return true
  })

  for (let typed = 0; typed < 100; typed++) { // ten seconds of writing
    soon('draft')
    await vi.advanceTimersByTimeAsync(100)
  }
  expect(began.length).toBeGreaterThanOrEqual(13)
  expect(began.length).toBeLessThanOrEqual(15)
})

test('what could not be saved is tried again by itself, less and less often, until it is saved', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const began: number[] = []
  const { soon, cancel } = createSaveSoon(async () => began.push(Date.now()) > 3)

  soon('draft')
  await vi.advanceTimersByTimeAsync(3600_000)
  expect(began.map(time => time - began[0]!)).toEqual([0, 1000, 3000, 7000])

  began.length = 0
  soon('draft')
  await vi.advanceTimersByTimeAsync(0)
  cancel('draft') // it was discarded
  await vi.advanceTimersByTimeAsync(3600_000)
  expect(began).toHaveLength(1)
})

test('two hundred keystrokes beside staged files write no media', async () => {
  const session = newSession()
  const { add, text, drafts } = await openTab(session)
  await add([png('one.png')])
  const stores = vi.spyOn(IDBDatabase.prototype, 'transaction')

  for (let typed = 0; typed < 200; typed++) {
    text.value += 'x'
    drafts.flush()
  }

  await expect.poll(async () => (await getDraftMessage(session.value))?.message).toHaveLength(200)
  expect(stores).toHaveBeenCalled()
  for (const [names] of stores.mock.calls)
    expect([names].flat()).not.toContain('draftMedias')
})

test('a hundred attachments fit in a message, and the next one is refused by name', async () => {
  const { add, names, told, remark } = await openTab(newSession())

  await add(Array.from({ length: 101 }, (_, i) => text(`${i + 1}.txt`)))

  expect(names()).toHaveLength(100)
  expect(told()).toEqual([expect.stringMatching(/^101\.txt was not attached.*at most 100/)])
  expect(remark.value).toMatch(/100 attachments/)
})

test('what is attached after a message was sent belongs to the next one', async () => {
  const session = newSession()
  const { add, names, outbox, text } = await openTab(session)
  await add([png('sent.png')])
  text.value = 'going'

  await Promise.all([outbox.enqueue(session.value), add([png('next.png', 2)])])

  expect(names()).toEqual(['next.png'])
  expect(text.value).toBe('')
  expect((await openTab(session)).names()).toEqual(['next.png'])
  expect(outbox.messages.map(message => [message.text, outbox.attachmentsOf(message.id).map(({ name }) => name)])).toEqual([['going', ['sent.png']]])
})

test('the same bytes twice are said, not doubled, also after a reload and under another name', async () => {
  const session = newSession()
  await (await openTab(session)).add([png('one.png', 5)])
  const { add, names, told } = await openTab(session)

  await add([png('copy of one.png', 5), png('two.png', 6), png('one.png', 5)])

  expect(names()).toEqual(['one.png', 'two.png'])
  expect(told().sort()).toEqual([
    'copy of one.png is already attached, as one.png: their contents are the same.',
    'one.png is already attached.',
  ])
})

test('what was removed can be attached again', async () => {
  const { add, remove, names, attachments } = await openTab(newSession())
  await add([png('one.png')])
  await remove(attachments.value[0]!)

  await add([png('one.png')])

  expect(names()).toEqual(['one.png'])
})

test('what was typed in the moment before the page went is there again, and is saved then', async () => {
  const session = newSession()
  const first = await openTab(session)
  first.text.value = 'not a moment to lose'
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const gone = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
    throw new DOMException('the page is going', 'AbortError')
  })
  first.drafts.flush()
  gone.mockRestore()

  const second = await openTab(session)

  expect(second.text.value).toBe('not a moment to lose')
  second.drafts.flush()
  await expect.poll(() => getDraftMessage(session.value)).toMatchObject({ message: 'not a moment to lose' })
  await expect.poll(() => localStorage.length).toBe(0)
})

test('a journal entry of a draft that was sent or discarded does not come back', async () => {
  const session = newSession()
  const first = await openTab(session)
  first.text.value = 'sent'
  first.drafts.flush()
  await first.outbox.enqueue(session.value)

  expect((await openTab(session)).text.value).toBe('')
})

test('a draft that nobody named is listed by its first words', async () => {
  const session = newSession()
  const tab = await openTab(session)
  await tab.local.add(session.value)
  const titles = () => tab.sessions.entries.map(({ title }) => title)
  expect(titles()).toEqual(['Untitled'])

  tab.text.value = '\nWhy does the pool run dry?\nThe log says nothing.'
  expect(titles()).toEqual(['Why does the pool run dry?'])

  await tab.sessions.rename(session.value, 'Pool')
  expect(titles()).toEqual(['Pool'])
})

test('who removes a file while others are still being read sees those stay where they were', async () => {
  const session = newSession()
  const tab = await openTab(session)
  const slow = text('slow.txt')
  const read = slow.arrayBuffer.bind(slow)
  let goOn = () => {}
  const held = new Promise<void>((resolve) => { goOn = resolve })
  slow.arrayBuffer = () => held.then(read)
  const adding = tab.add([text('first.txt'), slow, text('last.txt')])
  await expect.poll(() => tab.attachments.value.filter(({ state }) => state === 'saved').map(({ name }) => name)).toEqual(['first.txt', 'last.txt'])

  await tab.remove(tab.attachments.value[0]!)
  await tab.data.left(session.value, []) // the device was asked how the files stand

  expect(tab.names()).toEqual(['slow.txt', 'last.txt'])
  goOn()
  await adding
  expect(tab.names()).toEqual(['slow.txt', 'last.txt'])
  expect((await getDraftMediasBySession(session.value)).map(({ name }) => name)).toEqual(['slow.txt', 'last.txt'])
})
