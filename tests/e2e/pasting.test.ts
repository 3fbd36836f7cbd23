import { pngBytes } from '../helpers/images.ts'
import { attachments, composer, expectAttachments, expectNothingInPreparation, openApp, send, sent, sessionId, textbox, thumbnails } from './app.ts'
import { paste } from './doors.ts'
import { getMessages, servedHashes } from './rest.ts'
import { expect, test } from './satchel.ts'

const picture = (seed: number) => Buffer.from(pngBytes({ width: 60, height: 50, seed })).toString('base64')

test('pasted screenshots are attached under readable names, each its own, and arrive', async ({ page }) => {
  await page.clock.setFixedTime('2026-11-21T09:41:07') // both within one second
  await openApp(page)

  await paste(page, { 'image/png': picture(1) }, textbox(page))
  await expect(thumbnails(composer(page))).toHaveCount(1)
  await paste(page, { 'image/png': picture(2) }, textbox(page))
  await expect(thumbnails(composer(page))).toHaveCount(2)
  await expectNothingInPreparation(page)

  await send(page)
  const { attachments } = (await getMessages(page, sessionId(page)))[0]!
  const names = attachments.map(({ filename }) => filename)
  expect(names).toEqual(['Pasted image 2026-11-21 09.41.07.png', 'Pasted image 2026-11-21 09.41.07 (2).png'])
  expect(attachments).toMatchObject([{ width: 60, height: 50 }, { width: 60, height: 50 }])
  await expectAttachments(sent(page), names)
  expect(await servedHashes(page)).toEqual(attachments.map(({ sha256 }) => sha256))
})

test('where the clipboard holds text beside a picture of it, the text is pasted', async ({ page }) => {
  await openApp(page)

  await paste(page, { 'text/plain': 'from a spreadsheet', 'image/png': picture(1) }, textbox(page))

  await expect(textbox(page)).toHaveValue('from a spreadsheet')
  await expect(attachments(composer(page))).toHaveCount(0)
})

test('a paste adds to the text that is there, and the text to the paste', async ({ page }) => {
  await openApp(page)
  await textbox(page).fill('look: ')

  await paste(page, { 'image/png': picture(1) }, textbox(page))
  await expect(thumbnails(composer(page))).toHaveCount(1)
  await paste(page, { 'text/plain': 'here' }, textbox(page))

  await expect(textbox(page)).toHaveValue('look: here')
  await expect(thumbnails(composer(page))).toHaveCount(1)
})
