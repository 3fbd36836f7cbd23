import { expect, test } from 'vitest'
import { getDraftMediasBySession } from '../../src/client/utils/storage/draftStorage.ts'
import { getDraftThumbnailsBySession } from '../../src/client/utils/storage/thumbnailStorage.ts'
import { attachmentRemarks } from '../../src/client/utils/attachments/attachmentText.ts'
import { processFile } from '../../src/client/utils/files/fileUtils.ts'
import { LIMITS } from '../../src/shared/attachments.ts'
import { file, text } from '../helpers/files.ts'
import { legacyBytes, wideBytes } from '../helpers/legacyText.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

const JAPANESE = 'これは日本語のテキストです。'
const japanese = () => file('sjis.txt', legacyBytes(JAPANESE, 'shift_jis'))
/** One letter, which tells next to nothing. */
const unclear = () => file('menu.txt', legacyBytes('café', 'windows-1252'))

test('a text in an old encoding is attached as it was meant, and the person is told how it was read', async () => {
  const tab = await openTab(newSession())

  await tab.add([japanese(), unclear(), text('plain.txt'), file('wide.csv', wideBytes('a,b\n', 2))])

  const [first, second, third, fourth] = tab.attachments.value
  expect(attachmentRemarks(first!)).toEqual(['Read as Shift_JIS.'])
  expect(attachmentRemarks(second!)).toEqual(['Read as Windows-1252, is that right?'])
  expect(attachmentRemarks(third!)).toEqual([])
  expect(attachmentRemarks(fourth!)).toEqual(['Read as UTF-16 LE.'])
  expect(tab.told()).toEqual(expect.arrayContaining([
    'sjis.txt: Read as Shift_JIS.',
    'menu.txt: Read as Windows-1252, is that right? Open it to see, and to choose another encoding.',
  ]))
  expect(await (await tab.open(first!.id)).text()).toBe(JAPANESE)
})

test('a byte order mark that is left out is told', async () => {
  const session = newSession()
  const tab = await openTab(session)

  await tab.add([file('table.csv', new TextEncoder().encode('\uFEFFname;città\n'))])

  const [view] = tab.attachments.value
  expect(attachmentRemarks(view!)).toEqual(['The byte order mark before it is left out.'])
  expect(tab.told()).toEqual(['table.csv: The byte order mark before it is left out.'])
  expect((await tab.data.getAttachmentsForSdk(session.value)).documents[0]!.source.data).toBe('name;città\n')
})

test('how many characters could not be read is told', async () => {
  const tab = await openTab(newSession())

  await tab.add([file('notes.md', Uint8Array.from([...new TextEncoder().encode('schön – '), 0xFF]))])

  expect(attachmentRemarks(tab.attachments.value[0]!)).toEqual(['1 character could not be read: it is shown, and sent, as \uFFFD.'])
})

test('another encoding can be chosen: the text changes, in a new tab as well, and that is what is sent', async () => {
  const session = newSession()
  const tab = await openTab(session)
  await tab.add([unclear()])
  const [view] = tab.attachments.value

  await tab.readAs(view!, 'windows-1251')

  expect(tab.told()).toEqual([])
  const again = await openTab(session)
  const [shown] = again.attachments.value
  expect(attachmentRemarks(shown!)).toEqual(['Read as Windows-1251.'])
  expect(await (await again.open(shown!.id)).text()).toBe('cafй')
  expect((await again.data.getAttachmentsForSdk(session.value)).documents).toMatchObject([{ source: { type: 'text', data: 'cafй' } }])

  await again.readAs(shown!, 'windows-1252')
  expect(await (await again.open(shown!.id)).text()).toBe('café')
})

test('the bytes as they were given stay on the device until then, and out of what is shown', async () => {
  const session = newSession()
  const tab = await openTab(session)

  await tab.add([japanese()])

  const [media] = await getDraftMediasBySession(session.value)
  expect(media!.reading).toMatchObject({ encoding: 'shift_jis', bytes: legacyBytes(JAPANESE, 'shift_jis') })
  const { thumbnails } = await getDraftThumbnailsBySession(session.value)
  expect(thumbnails[0]!.reading).toEqual({ encoding: 'shift_jis', certain: true, replaced: 0 })
})

test('a text that becomes too large in UTF-8 is refused by its name, now and not when it is sent', async () => {
  const large = file('large.txt', repeated(legacyBytes('Привет, мир. ', 'windows-1251'), LIMITS.fileBytes - 100))

  await expect(processFile(large, 's1')).rejects.toThrow(/^large\.txt has \S+ MB when it is read as text, in UTF-8; the limit is 5 MB/)
})

function repeated(bytes: Uint8Array, length: number) {
  const all = new Uint8Array(length)
  for (let i = 0; i + bytes.length <= length; i += bytes.length)
    all.set(bytes, i)
  return all.subarray(0, Math.floor(length / bytes.length) * bytes.length)
}
