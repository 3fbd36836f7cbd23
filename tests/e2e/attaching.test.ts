import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Locator, Page } from '@playwright/test'
import {
  alerts, attachments, composer, expectAgentDone, expectAgentReceived, expectAttachments, expectSaved, openApp, placeAtRest, send, sendButton, sent, sessionId, sessions, textbox, thumbnails,
} from './app.ts'
import { webpBytes } from '../helpers/images.ts'
import type { Disk, RealFile } from './disk.ts'
import { attach, drag, dropFiles } from './doors.ts'
import { getMessages, servedHashes } from './rest.ts'
import { expect, test } from './satchel.ts'
import { holdWorker } from './slowness.ts'

declare global {
  interface Window { unprevented: string[] }
}

const DOORS: Record<string, (page: Page, files: RealFile[]) => Promise<void>> = {
  picked: (page, files) => attach(page, ...files),
  dropped: (page, files) => dropFiles(page, files),
}

for (const [given, give] of Object.entries(DOORS)) {
  test(`files that are ${given} stand in the row as they were given, and reach the agent and the history byte for byte`, async ({ page, disk }) => {
    const files = await mixed(disk)
    await openApp(page)

    await give(page, files)
    await expectSaved(page, files)
    await textbox(page).fill('What is in these?')
    await send(page)
    await expectAttachments(sent(page), files)
    await expectAgentReceived(page, files)

    await page.reload()
    await expect(sent(page)).toContainText('What is in these?')
    await expectAttachments(sent(page), files)
    expect(await servedHashes(page)).toEqual(files.map(({ sha256 }) => sha256))
  })
}

test('images show themselves as thumbnails of one size in the composer and can be seen in the message, documents are cards with their name', async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await disk.screenshot('wide.png'), await disk.pdf('report.pdf'), await disk.text('notes.txt'))
  await expectSaved(page, ['wide.png', 'report.pdf', 'notes.txt'])
  await expectThumbnails(composer(page), [48, 48])

  await send(page)
  await page.reload() // which may cut off the picture's loading: the rest of it is fetched then
  await expectThumbnails(sent(page), [264, 240]) // of 880 x 800
})

async function expectThumbnails(scope: Locator, [width, height]: [number, number]) {
  const row = thumbnails(scope)
  const image = row.nth(0).locator('img')
  await expect.poll(() => image.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0)
  expect(await placeAtRest(image)).toMatchObject({ width, height })
  await expect(row.nth(1)).toContainText('report.pdf')
  await expect(row.nth(2)).toContainText('notes.txt')
}

test('the more pictures a message has, the smaller each is, and none is larger than it is or out of the page', async ({ page, disk }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await openApp(page)
  const sizes = async (amount: number) => {
    const files = await Promise.all(Array.from({ length: amount }, (_, i) => disk.png(`${amount}-${i}.png`, { width: amount === 1 ? 60 : 3000, height: 100 })))
    await attach(page, ...files)
    await send(page)
    const images = sent(page).last().locator('img')
    await expect(images).toHaveCount(amount)
    return Promise.all((await images.all()).map(async image => placeAtRest(image)))
  }

  expect(await sizes(1)).toMatchObject([{ width: 60, height: 100 }])
  expect(await sizes(2)).toMatchObject(Array.from({ length: 2 }, () => ({ width: expect.closeTo(129.6, 1), height: expect.closeTo(129.6, 1) })))
  expect(await sizes(5)).toMatchObject(Array.from({ length: 5 }, () => ({ width: 96, height: 96 })))
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
})

for (const width of [1280, 768, 360]) {
  test(`twenty documents with long names stand beside each other at ${width} px, under the text and beside what attaches more`, async ({ page, disk }) => {
    await page.setViewportSize({ width, height: 800 })
    await openApp(page)
    await textbox(page).fill('so that there is a meter')
    await send(page)
    await expectAgentDone(page)
    const files = await Promise.all(Array.from({ length: 20 }, (_, i) => disk.text(`${'a rather long name '.repeat(5)} ${i}.txt`, `${i}`)))

    await attach(page, ...files)
    await expectSaved(page, files)
    await attachments(composer(page)).evaluate((list) => { list.scrollTop = list.scrollLeft = 0 })

    const box = async (of: Locator) => (await of.boundingBox())!
    const [first, second, row, form] = await Promise.all([box(thumbnails(composer(page)).first()), box(thumbnails(composer(page)).nth(1)), box(attachments(composer(page))), box(composer(page))])
    const attachButton = await box(composer(page).getByRole('button', { name: 'Attach files' }))
    expect(second).toMatchObject({ y: first.y, height: 48 })
    expect(row.width).toBeGreaterThan(form.width * 0.75)
    expect(row.height).toBeLessThan(180)
    expect(attachButton.x).toBeLessThan(first.x)
    expect(attachButton).toMatchObject({ y: first.y, height: 48 })
    expect((await box(sendButton(page))).y).toBeGreaterThan(first.y + 48)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
  })
}

test('a picture whose type the browser does not know has its own place at once', async ({ page, disk }) => {
  await holdWorker(page)
  await openApp(page, '/', 'domcontentloaded') // Firefox calls the page loaded only with its worker
  await attach(page, await disk.write('photo.heic', 'ftypheic'), await disk.png('shot.png'))

  for (const name of ['photo.heic', 'shot.png'])
    await expect.poll(async () => (await thumbnails(composer(page)).and(page.getByLabel(`Preview ${name}`)).boundingBox())?.width).toBe(48)
})

test('the same file can be picked twice in a row', async ({ page, disk }) => {
  const file = await disk.png('again.png')
  await openApp(page)

  await attach(page, file)
  await expectSaved(page, ['again.png'])
  await composer(page).getByRole('button', { name: 'Remove again.png' }).click()
  await expect(attachments(composer(page))).toHaveCount(0)
  await attach(page, file)

  await expectSaved(page, ['again.png'])
})

test('while files are dragged over the session, it says where they can be dropped', async ({ page, disk }) => {
  const file = await disk.png()
  const words = page.getByText('Drop files here')
  await openApp(page)
  await expect(words).toHaveCount(0)

  const dragged = await drag(page, [file], page.getByRole('log'))
  await expect(words).toBeVisible()
  await expect(words.locator('..')).not.toHaveCSS('border-style', 'none')

  await dragged.moveTo(sessions(page))
  await expect(words).toHaveCount(0)

  await dragged.moveTo(composer(page))
  await expect(words).toBeVisible()
  await dragged.drop()
  await expect(words).toHaveCount(0)
  await expectSaved(page, [file])
})

test('files can be dropped anywhere in the session, also on the text', async ({ page, disk }) => {
  const [first, second] = [await disk.png('first.png'), await disk.png('second.png')]
  await openApp(page)

  await dropFiles(page, [first], page.getByRole('log'))
  await dropFiles(page, [second], textbox(page))

  await expectSaved(page, [first, second])
  await expect(textbox(page)).toHaveValue('')
})

// Only Chromium lets a program drag a folder in.
test('an empty folder is answered with a sentence, and costs the file beside it nothing', { tag: '@chromium' }, async ({ page, disk }) => {
  await mkdir(path.join(disk.folder, 'holiday'))
  const file = await disk.png('beside.png')
  await openApp(page)

  await dropFiles(page, [path.join(disk.folder, 'holiday'), file])

  await expect(alerts(page)).toHaveText(/There is no file in holiday/)
  await expectSaved(page, [file])
})

test('a file that is dropped beside the session does not take the page away, and is attached', async ({ page, disk }) => {
  const file = await disk.text('stray.txt')
  await openApp(page)
  await textbox(page).fill('still here')
  const address = page.url()
  // What nobody prevents is the browser's to do, and its way is to open the file.
  await page.evaluate(() => {
    window.unprevented = []
    for (const type of ['dragover', 'drop'] as const)
      window.addEventListener(type, event => event.defaultPrevented || window.unprevented.push(type))
  })

  await dropFiles(page, [file], sessions(page))

  expect(await page.evaluate(() => window.unprevented)).toEqual([])
  expect(page.url()).toBe(address)
  expect(page.context().pages()).toHaveLength(1)
  await expect(textbox(page)).toHaveValue('still here')
  await expectSaved(page, [file])
})

test('a removed file is gone for good, and the others keep their order', async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await disk.png('one.png'), await disk.png('two.png'), await disk.png('three.png'))
  await expectSaved(page, ['one.png', 'two.png', 'three.png'])

  await composer(page).getByRole('button', { name: 'Remove two.png' }).click()
  await expectSaved(page, ['one.png', 'three.png'])

  await page.reload()
  await expectSaved(page, ['one.png', 'three.png'])
})

test('a message may be files only', async ({ page, disk }) => {
  const file = await disk.png()
  await openApp(page)
  await attach(page, file)
  await expectSaved(page, [file])

  await send(page)

  await expectAttachments(sent(page), [file])
  await expectAgentReceived(page, [file])
})

test('a picture travels as what its bytes are, whatever its name says', async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await disk.write('photo.png', webpBytes()))
  await expectSaved(page, ['photo.png'])

  await send(page)

  const [message] = await getMessages(page, sessionId(page))
  expect(message?.attachments).toMatchObject([{ filename: 'photo.png', mimeType: 'image/webp' }])
})

/** In an order that no alphabet, no kind and no size has. */
async function mixed(disk: Disk) {
  return [await disk.pdf('report.pdf'), await disk.screenshot('zebra.png'), await disk.text('notes.txt'), await disk.png('apple.png')]
}
