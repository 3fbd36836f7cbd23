import { expect, test } from 'vitest'
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
    expect([tab.names(), tab.told()]).toEqual([['photo.jpg'], ['photo.jpg is already attached.']])
  }
})
