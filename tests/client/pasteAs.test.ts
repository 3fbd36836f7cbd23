import { afterEach, expect, test, vi } from 'vitest'
import { setActivePinia } from 'pinia'
import { effectScope } from 'vue'
import { usePasteAs } from '../../src/client/composables/composer/usePasteAs.ts'
import { pdf, png } from '../helpers/files.ts'
import { newSession, openTab } from '../helpers/openTab.ts'
import { until } from '../helpers/eventually.ts'

afterEach(() => vi.useRealTimers())

const ADDRESS = 'https://example.com/a.png'

/** An address was pasted in the place of "here", and its picture lay beside it. */
async function openPasted(files = [png('a.png')]) {
  const session = newSession()
  const tab = await openTab(session)
  setActivePinia(tab.pinia)
  const paste = effectScope().run(() => usePasteAs(session, tab.add))!
  const before = 'look here, please'
  tab.text.value = `look ${ADDRESS}, please`
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  paste.begin({ text: ADDRESS, files, before, start: 5, end: 9 })
  return { ...tab, session, before, paste }
}

test('as a picture it leaves the text as it was before', async () => {
  const { paste, before, text, names } = await openPasted()
  expect(paste.offer.value).toBe('Picture')

  paste.choose('file')
  vi.useRealTimers()

  expect(text.value).toBe(before)
  await expect.poll(names).toEqual(['a.png'])
  expect(paste.offer.value).toBeUndefined()
})

test('who has gone on writing loses the pasted words only', async () => {
  const { paste, text } = await openPasted()

  text.value = `Well: look ${ADDRESS}, please!`
  paste.choose('file')

  expect(text.value).toBe('Well: look , please!')
})

test('the offer stands ten seconds, and as long as somebody points at it', async () => {
  const { paste, text } = await openPasted()

  vi.advanceTimersByTime(9_000)
  paste.hold()
  vi.advanceTimersByTime(60_000)
  expect(paste.offer.value).toBe('Picture')
  paste.resume()
  vi.advanceTimersByTime(9_999)
  expect(paste.offer.value).toBe('Picture')
  vi.advanceTimersByTime(1)
  expect(paste.offer.value).toBeUndefined()

  paste.choose('both')
  expect(text.value).toContain(ADDRESS)
})

test('with the message the offer goes: the next message is another one', async () => {
  const { paste, text } = await openPasted()

  text.value = ''

  await until(() => expect(paste.offer.value).toBeUndefined())
})

test('what is no picture is called a file', async () => {
  const { paste } = await openPasted([pdf('a.pdf')])

  expect(paste.offer.value).toBe('File')
})
