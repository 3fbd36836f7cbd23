import { composer, expectSaved, openApp, send, sent, thumbnails } from './app.ts'
import { attach } from './doors.ts'
import { openProfile } from './profile.ts'
import { expect, test } from './satchel.ts'
import { pdfBytes, pngBytes } from '../helpers/images.ts'

test('a browser that is killed while it reduces photos and checks a long PDF costs none of them: they are prepared again, in order', async ({ server, disk }) => {
  const photo = (seed: number) => disk.write(`photo ${seed}.png`, pngBytes({ width: 2600, height: 1500, seed }))
  const files = [await photo(1), await disk.write('thesis.pdf', pdfBytes({ pages: 90 })), await disk.text('notes.txt'), await photo(2)]

  const before = await openProfile(disk.folder)
  await before.page.context().route(/\/assets\/pdf/, () => {}) // the check of the PDF has no end
  await openApp(before.page, server.url)
  await attach(before.page, ...files)
  // Safe, and not ready.
  await expect(before.page.locator('form li[aria-busy]').filter({ hasText: 'Saved on this device' })).toHaveCount(1)
  const address = before.page.url()
  await before.kill()

  const after = await openProfile(disk.folder)
  await openApp(after.page, address)
  await expect(thumbnails(composer(after.page))).toHaveCount(files.length)
  await expectSaved(after.page, files)
  await send(after.page)
  await expect(sent(after.page)).toHaveCount(1)
  await after.kill()
})
