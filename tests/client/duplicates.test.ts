import { expect, test } from 'vitest'
import type { DraftMedia } from '../../src/client/utils/files/fileUtils.ts'
import type { DraftThumbnail } from '../../src/client/utils/storage/draftSchema.ts'
import { forgetBytesOf, refuseSecond, remember } from '../../src/client/workers/media/duplicates.ts'
import { eventually } from '../helpers/eventually.ts'
import { file } from '../helpers/files.ts'
import { jpegExif, jpegWith, pngChunk, pngWith } from '../helpers/imageFiles.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

const ALREADY = 'one.png is already attached.'

/** As large as all others of one digit. */
const titled = (name: string, title: number) => file(name, pngWith([pngChunk('tEXt', `Title\0${title}`)]), 'image/png')
const photo = () => file('photo.jpg', jpegWith([jpegExif({ position: true })]), 'image/jpeg')

test('pictures that are equally large are told apart by their bytes, in one drop and after a reload', async () => {
  const session = newSession()
  const [one, two, three] = [titled('one.png', 1), titled('two.png', 2), titled('three.png', 3)]
  expect([two.size, three.size]).toEqual([one.size, one.size])
  const first = await openTab(session)

  await first.add([one, two, titled('one.png', 1)])
  expect([first.names(), first.told()]).toEqual([['one.png', 'two.png'], [ALREADY]])

  const second = await openTab(session)
  await second.add([one, three])
  expect([second.names(), second.told()]).toEqual([['one.png', 'two.png', 'three.png'], [ALREADY]])
})

test('a photo whose position was taken out is still the file that it was, also after a reload', async () => {
  const session = newSession()
  const first = await openTab(session)
  await first.add([photo()])
  await first.data.removeMetadata(session.value, first.attachments.value[0]!.id)
  expect(first.attachments.value[0]).toMatchObject({ hasPosition: false })

  for (const tab of [first, await openTab(session)]) {
    await tab.add([photo()])
    await eventually(tab.names).toEqual(['photo.jpg']) // what the other tab is just looking at is shown here, too
    expect(tab.told()).toEqual(['photo.jpg is already attached.'])
  }
})

/** A second file with the bytes of a first one; they are compared when the first one's are here. */
function compare(session: string) {
  let here: (media: DraftMedia) => void
  const first = new Promise<DraftMedia>((resolve) => { here = resolve })
  const media = (id: string) => ({ id, type: 'image', base64: 'AAAA' }) as DraftMedia
  const view = (id: string) => ({ id, name: `${id}.png`, sessionId: session, size: 3 }) as DraftThumbnail
  remember(view(`${session} first`))
  const compared = refuseSecond(view(`${session} second`), media(`${session} second`), 3, () => first)
  return { compared, read: () => here(media(`${session} first`)) }
}

test('of a file that is removed while its bytes are compared nothing is said, and one whose double is removed then is taken', async () => {
  const refused = compare('a')
  refused.read()
  await expect(refused.compared).rejects.toThrow('a second.png is already attached, as a first.png')

  const removed = compare('b')
  forgetBytesOf('b second')
  removed.read()
  await expect(removed.compared).resolves.toBeTypeOf('function')

  const alone = compare('c')
  forgetBytesOf('c first')
  alone.read()
  await expect(alone.compared).resolves.toBeTypeOf('function')
})
