import { deflateSync } from 'node:zlib'
import type { Page } from '@playwright/test'
import { inspectImage } from '../../src/shared/images/inspectImage.ts'
import { pdfBytes, pngBytes } from '../helpers/images.ts'
import { animatedGifBytes, concat, jpegExif, jpegWith, pngChunk } from '../helpers/imageFiles.ts'
import {
  alerts, attachments, composer, expectAgentReceived, expectAttachments, expectNothingInPreparation, expectSaved, newSession, openApp, preview, send, sendButton, sent,
  sessionId, textbox, thumbnail,
} from './app.ts'
import { sha256 } from './disk.ts'
import { attach, dropFiles, paste } from './doors.ts'
import { expectShown } from './pictures.ts'
import { getMessages } from './rest.ts'
import { expect, test } from './satchel.ts'

const remarks = (page: Page, name: string) => attachments(composer(page)).getByRole('listitem').filter({ has: page.getByRole('button', { name: `Preview ${name}`, exact: true }) })

test('a picture that fits reaches the agent with its exact bytes; a larger one is brought to 2000 pixels', async ({ page, disk }) => {
  const fits = await disk.png('fits.png', { width: 700, height: 500 })
  const large = await disk.png('large.png', { width: 2600, height: 1300 })
  await openApp(page)

  await attach(page, fits, large)
  await expectSaved(page, [fits, large])
  await send(page)

  const [message] = await getMessages(page, sessionId(page))
  expect(message!.attachments).toMatchObject([{ sha256: fits.sha256, width: 700, height: 500 }, { width: 2000, height: 1000 }])
  await page.reload()
  await thumbnail(sent(page), 'large.png').click()
  await expectShown(preview(page).locator('img').first(), { width: 2000, height: 1000 })
})

test('noise of twelve megabytes still ends under the limit', async ({ page, disk }) => {
  const noise = await disk.png('noise.png', { width: 2000, height: 2000 })
  await openApp(page)

  await attach(page, noise)
  await expectSaved(page, [noise])
  await send(page)

  const [message] = await getMessages(page, sessionId(page))
  expect(message!.attachments[0]!.size).toBeLessThanOrEqual(3_932_160)
  expect(message!.attachments[0]!.size).toBeGreaterThan(100_000)
})

test('a picture of half a megabyte that unfolds to sixteen gigabytes is refused from its header', async ({ page, disk }) => {
  const bomb = await disk.write('bomb.png', bombPng(65_536, 65_536))
  await openApp(page)

  await attach(page, bomb)

  await expect(alerts(page)).toContainText('bomb.png has 65,536 × 65,536 pixels')
  await expect(attachments(composer(page))).toHaveCount(0)
})

function bombPng(width: number, height: number) {
  const header = new DataView(new ArrayBuffer(13))
  header.setUint32(0, width)
  header.setUint32(4, height)
  header.setUint8(8, 1) // one bit a pixel
  return concat(
    pngBytes().subarray(0, 8),
    pngChunk('IHDR', new Uint8Array(header.buffer)),
    pngChunk('IDAT', deflateSync(Buffer.alloc(8193 * 64))),
    pngChunk('IEND', ''),
  )
}

test('an animation is untouched, and the person is told that only its first frame counts', async ({ page, disk }) => {
  const moving = await disk.write('moving.gif', animatedGifBytes())
  await openApp(page)

  await attach(page, moving)
  await expectSaved(page, [moving])

  await expect(page.getByRole('status').filter({ hasText: 'moving.gif moves: Claude sees only its first frame.' })).toBeVisible()
  await send(page)
  await expectAgentReceived(page, [moving])
})

test('a photo says that it holds its position; one click takes it out, and the picture stays as it was', async ({ page, disk }) => {
  const photo = await disk.write('rome.jpg', jpegWith([jpegExif({ position: true, camera: true, orientation: 6 })]))
  await openApp(page)
  await attach(page, photo)
  await expectSaved(page, [photo])
  await expect(remarks(page, 'rome.jpg')).toContainText('It says where it was taken.')

  await composer(page).getByRole('button', { name: 'Clear position of rome.jpg' }).click()
  await expect(remarks(page, 'rome.jpg')).not.toContainText('where it was taken')
  await page.reload()
  await expectSaved(page, [photo])
  await expect(composer(page).getByRole('button', { name: /^Clear position/ })).toHaveCount(0)
  await send(page)

  const [message] = await getMessages(page, sessionId(page))
  const bytes = await (await page.request.get(message!.attachments[0]!.url)).body()
  expect(inspectImage(bytes, 'image/jpeg')).toMatchObject({ hasPosition: false, hasCameraData: false, orientation: 6, width: 4, height: 3 })
})

test('a photo whose position is left in goes out byte for byte', async ({ page, disk }) => {
  const photo = await disk.write('rome.jpg', jpegWith([jpegExif({ position: true })]))
  await openApp(page)

  await attach(page, photo)
  await expectSaved(page, [photo])
  await send(page)

  await expectAgentReceived(page, [photo])
})

test('a drawing is converted; its scripts do not run and nothing it names is loaded', async ({ page, disk, server }) => {
  const drawing = await disk.write('drawing.svg', `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200">
    <script>fetch('/api/sessions', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })</script>
    <image href="${server.url}/api/limits?from-the-drawing" width="10" height="10"/>
    <rect width="300" height="200" fill="teal" onload="window.ran = true"/></svg>`)
  const asked: string[] = []
  page.on('request', request => asked.push(request.url()))
  await openApp(page)

  await attach(page, drawing)
  await expectSaved(page, [drawing])
  await expect(remarks(page, 'drawing.svg')).toContainText('Made from a drawing (SVG), 1000 × 667 pixels.')
  await send(page)

  const [message] = await getMessages(page, sessionId(page))
  expect(message!.attachments).toMatchObject([{ filename: 'drawing.svg', mimeType: 'image/png', width: 1000, height: 667 }])
  expect(await page.evaluate(() => 'ran' in window)).toBe(false)
  expect(asked.filter(url => url.includes('from-the-drawing'))).toEqual([])
})

test('the same file twice is said, not doubled, also after a reload', async ({ page, disk }) => {
  const file = await disk.png('one.png')
  const copy = await disk.write('copy.png', pngBytes({ width: 60, height: 50, seed: 1 }))
  expect(copy.sha256).toBe(file.sha256)
  await openApp(page)
  await attach(page, file)
  await expectSaved(page, [file])
  await page.reload()
  await expectSaved(page, [file])

  await attach(page, copy)

  await expect(alerts(page)).toContainText('copy.png is already attached, as one.png')
  await expectSaved(page, [file])
})

test('a dropped folder is walked, and the person chooses from what is in it', async ({ page, disk }) => {
  await disk.png('project/shots/one.png')
  await disk.png('project/shots/two.png')
  await disk.text('project/readme.txt')
  await disk.text('project/.hidden.txt')
  await openApp(page)

  await dropFiles(page, [`${disk.folder}/project`])
  const dialog = page.getByRole('dialog', { name: 'Choose files' })
  await expect(dialog.getByRole('checkbox')).toHaveCount(4)
  await expect(dialog.getByRole('checkbox', { name: 'project/.hidden.txt' })).not.toBeChecked()
  await dialog.getByRole('checkbox', { name: 'project/shots/two.png' }).uncheck()
  await dialog.getByRole('button', { name: 'Attach 2 files' }).click()

  await expectNothingInPreparation(page)
  await expectAttachments(composer(page), ['readme.txt', 'one.png'])
})

test('a long pasted text can be attached as a file, and put back', async ({ page }) => {
  const log = 'a line of a log\n'.repeat(1000)
  await openApp(page)
  await paste(page, { 'text/plain': log }, textbox(page))
  await expect(textbox(page)).toHaveValue(log)

  await composer(page).getByRole('button', { name: 'Attach as a file instead' }).click()
  await expect(textbox(page)).toHaveValue('')
  await expect(attachments(composer(page)).getByRole('button', { name: /^Preview Pasted text .*\.txt$/ })).toBeVisible()

  await composer(page).getByRole('button', { name: 'Put back into the message' }).click()
  await expect(textbox(page)).toHaveValue(log)
  await expect(attachments(composer(page))).toHaveCount(0)
})

test('a message is weighed against the limits once it takes half of one, with what the session holds already', async ({ page, disk }) => {
  const size = composer(page).getByRole('note', { name: 'Size of the message' })
  await openApp(page)
  await attach(page, await disk.png('one.png'), await disk.write('pages.pdf', pdfBytes({ pages: 50 })))
  await expect(size).toContainText('51 of 100 images and pages')
  await send(page)
  await expect(size).toHaveCount(0)

  await attach(page, await disk.png('another.png'))

  await expect(size).toContainText('52 of 100 images and pages, 51 sent before')
  await composer(page).getByRole('button', { name: 'Remove another.png' }).click()
  await newSession(page).click()
  await attach(page, await disk.pdf('two-pages.pdf'))
  await expectSaved(page, ['two-pages.pdf'])
  await expect(size).toHaveCount(0)
})

test('a message that is too large names the files, and they can be left out or made smaller', async ({ page, disk }) => {
  const files = [await disk.write('a.txt', 'a'.repeat(5_242_880)), await disk.write('b.txt', 'b'.repeat(5_242_880)), await disk.write('c.txt', 'c'.repeat(5_242_880)), await disk.write('d.txt', 'd'.repeat(5_242_880))]
  const pictures = [await disk.png('e.png', { width: 1100, height: 1100 }), await disk.png('f.png', { width: 1100, height: 1100 })]
  await openApp(page)
  await attach(page, ...files, ...pictures)
  await expectSaved(page, [...files, ...pictures])
  await expect(alerts(page)).toHaveCount(0)
  const late = await disk.png('late.png', { width: 900, height: 900 })
  await attach(page, late)
  await expectSaved(page, [...files, ...pictures, late])
  await expect(alerts(page)).toContainText(/This message is \d+ MB as it travels; the limit is 30 MB\. Leave out [a-d]\.txt \(5 MB\)/)

  await composer(page).getByRole('button', { name: 'Make the pictures smaller' }).click()

  await expect(alerts(page)).toHaveCount(0)
  await expectSaved(page, [...files, ...pictures, late])
  await send(page)
  expect(sha256(await (await page.request.get((await getMessages(page, sessionId(page)))[0]!.attachments[0]!.url)).body())).toBe(files[0]!.sha256)
})

test.describe('a server that takes only smaller pictures', () => {
  test.use({ serverEnv: { IMAGE_BASE64_CHARS: '400000' } })

  test('gets them smaller, from the browser already', async ({ page, disk }) => {
    const shot = await disk.png('shot.png', { width: 500, height: 400 }) // 600 kB
    await openApp(page)
    await attach(page, shot)
    await expectNothingInPreparation(page)

    await send(page)
    await expect.poll(() => getMessages(page, sessionId(page))).not.toEqual([])

    const [message] = await getMessages(page, sessionId(page))
    expect(message!.attachments).toMatchObject([{ filename: expect.stringMatching(/^shot\./) }])
    expect(message!.attachments[0]!.size * 4 / 3).toBeLessThanOrEqual(400_000)
  })
})

test('a pasted text that is too long for a message says so on Send, and is attached by one button', async ({ page }) => {
  await openApp(page)
  await paste(page, { 'text/plain': 'a line of a log\n'.repeat(70_000) }, textbox(page))
  await expect(sendButton(page)).toBeDisabled()
  await expect(sendButton(page)).toHaveAccessibleDescription(/The text is 70 KB too long/)
  await expect(composer(page).getByRole('button', { name: /as a file/ })).toHaveCount(1)
})
