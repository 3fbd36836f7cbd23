import { expect, test } from 'vitest'
import { effectScope } from 'vue'
import { useLongPaste } from '../../src/client/composables/composer/useLongPaste.ts'
import { messageBudget } from '../../src/client/utils/limits/budget.ts'
import { getDraftMediasBySession } from '../../src/client/utils/storage/draftStorage.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

const long = 'line of a log\n'.repeat(1000)

async function openPasting() {
  const session = newSession()
  const tab = await openTab(session)
  const paste = effectScope().run(() => useLongPaste(session, tab.add))!
  return { session, ...tab, paste }
}

test('a short paste is nobody\'s business', async () => {
  const { paste, text } = await openPasting()

  text.value = 'short'
  paste.notice('short')

  expect(paste.offer.value).toBeUndefined()
})

test('a long paste can be attached as a file, whole, and leaves the rest of the text alone', async () => {
  const { session, paste, text, names } = await openPasting()
  text.value = `before ${long} after`
  paste.notice(long.replaceAll('\n', '\r\n'))
  expect(paste.offer.value).toBe('attach')

  await paste.attach()

  expect(text.value).toBe('before  after')
  expect(names()).toEqual([expect.stringMatching(/^Pasted text .*\.txt$/)])
  expect((await getDraftMediasBySession(session.value))[0]!.base64).toBe(long)
})

test('and back: the text is in the message again and the file is gone', async () => {
  const { paste, text, names } = await openPasting()
  text.value = `see: ${long}`
  paste.notice(long)
  await paste.attach()
  expect(paste.offer.value).toBe('put-back')

  await paste.putBack()

  expect(text.value).toBe(`see: \n${long}`)
  expect(names()).toEqual([])
})

test('and back also after a reload, unless the person has said that it may stay a file', async () => {
  const { session, paste, text, drafts } = await openPasting()
  text.value = long
  paste.notice(long)
  await paste.attach()
  await drafts.whenSaved(session.value)

  const later = await openTab(session)
  const offered = effectScope().run(() => useLongPaste(session, later.add))!
  expect(offered.offer.value).toBe('put-back')
  await offered.putBack()
  expect(later.text.value).toBe(long)
  expect(later.names()).toEqual([])

  await offered.attach()
  offered.dismiss()
  expect(offered.offer.value).toBeUndefined()
  expect(later.names()).toHaveLength(1)
})

test('the offer goes when the person has changed the text themselves', async () => {
  const { paste, text } = await openPasting()
  text.value = long
  paste.notice(long)

  text.value = long.slice(5)

  expect(paste.offer.value).toBeUndefined()
})

test('a text that is too long for a message, typed or pasted, becomes a file as a whole, and can be put back', async () => {
  const { session, paste, text, names } = await openPasting()
  const tooLong = 'ä'.repeat(600_000) // 1.2 MB
  text.value = tooLong
  expect(messageBudget(tooLong, []).problems).toMatchObject([{ text: expect.stringContaining('The text is 148 KB too long: a message\'s own text may have 1 MB'), attachText: true }])
  expect(messageBudget(tooLong.slice(0, 500_000), []).problems).toEqual([])

  await paste.attachAll()

  expect(text.value).toBe('')
  expect(names()).toHaveLength(1)
  const [media] = await getDraftMediasBySession(session.value)
  expect(media!.base64).toBe(tooLong)
  expect(paste.offer.value).toBe('put-back')
})
