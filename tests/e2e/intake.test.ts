import type { Page } from '@playwright/test'
import { alerts, composer, expectSaved, openApp, send, sent, thumbnails } from './app.ts'
import { attach } from './doors.ts'
import { readDrafts } from './draftDatabase.ts'
import { expect, test } from './satchel.ts'
import { heicBytes } from '../helpers/foreignImages.ts'
import { pdfBytes, pngBytes } from '../helpers/images.ts'

test('a browser that is killed while it reduces photos and checks a long PDF costs none of them: they are prepared again, in order', async ({ server, disk, openProfile }) => {
  const photo = (seed: number) => disk.write(`photo ${seed}.png`, pngBytes({ width: 2600, height: 1500, seed }))
  const files = [await photo(1), await disk.write('thesis.pdf', pdfBytes({ pages: 90 })), await disk.text('notes.txt'), await photo(2)]

  const before = await openProfile()
  await before.page.context().route(/\/assets\/pdf/, () => {}) // the check of the PDF has no end
  await openApp(before.page, server.url, 'domcontentloaded') // Firefox calls the page loaded only with what its worker fetches ahead
  await attach(before.page, ...files)
  // Safe, and not ready.
  await expect(before.page.locator('form li[aria-busy]').filter({ hasText: 'Saved on this device' })).toHaveCount(1)
  const address = before.page.url()
  await before.kill()

  const after = await openProfile()
  await openApp(after.page, address)
  await expect(thumbnails(composer(after.page))).toHaveCount(files.length)
  await expectSaved(after.page, files)
  await send(after.page)
  await expect(sent(after.page)).toHaveCount(1)
  await after.kill()
})

test('killed while it converts a HEIC, reduces twenty large photos and checks a hundred pages, and killed again while it goes on, a browser has every file once and in order', async ({ server, disk, openProfile }) => {
  test.slow()
  const large = { height: 3000, colour: 'white' } as const
  const photos = await Promise.all(Array.from({ length: 20 }, (_, i) => disk.png(`photo ${i}.png`, { ...large, width: 4000 + i })))
  const given = [await disk.write('holiday.heic', heicBytes()), ...photos.slice(0, 10), await disk.write('thesis.pdf', pdfBytes({ pages: 100 })), ...photos.slice(10)]
  const prepared = (page: Page) => composer(page).locator('li:not([aria-busy])')

  const first = await openProfile()
  await first.page.context().route(/\/assets\/(pdf|heic)/, () => {}) // neither has an end
  await openApp(first.page, server.url, 'domcontentloaded')
  await attach(first.page, ...given)
  await expect(composer(first.page).locator('li').filter({ hasText: /Saved on this device|Being converted/ })).toHaveCount(given.length)
  await expect(prepared(first.page)).not.toHaveCount(0)
  const address = first.page.url()
  await first.kill()

  const second = await openProfile()
  await openApp(second.page, address)
  await expect(thumbnails(composer(second.page))).toHaveCount(given.length)
  await openApp(await second.page.context().newPage(), address) // it finds the same, and leaves it to the other
  await expect(prepared(second.page)).not.toHaveCount(0)
  await second.kill()

  const third = await openProfile()
  await openApp(third.page, address)
  const other = await third.page.context().newPage()
  await openApp(other, address)
  for (const page of [third.page, other])
    await expectSaved(page, given)
  const { medias } = await readDrafts(third.page)
  expect(medias.map(({ name }) => name).sort()).toEqual(given.map(({ name }) => name).sort())
  await expect(alerts(third.page).filter({ hasText: 'attached' })).toHaveCount(0) // neither twice nor refused
  await third.kill()
})
