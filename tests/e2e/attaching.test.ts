import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from '@playwright/test'
import {
  alerts, attachments, composer, expectAgentReceived, expectAttachments, expectSaved, openApp, send, sent, sessionId, sessions, textbox, thumbnails,
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

test('images show themselves as thumbnails of one size, documents as cards with their name', async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await disk.screenshot('wide.png'), await disk.pdf('report.pdf'), await disk.text('notes.txt'))
  await expectSaved(page, ['wide.png', 'report.pdf', 'notes.txt'])
  await expectThumbnails(page)

  await send(page)
  await page.reload()
  await expectThumbnails(page)
})

async function expectThumbnails(page: Page) {
  const row = thumbnails(page.locator('form, article').filter({ has: page.getByRole('list', { name: 'Attachments' }) }))
  const image = row.nth(0).locator('img')
  await expect.poll(() => image.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0)
  expect(await image.boundingBox()).toMatchObject({ width: 48, height: 48 })
  await expect(row.nth(1)).toContainText('report.pdf')
  await expect(row.nth(2)).toContainText('notes.txt')
}

test('a picture whose type the browser does not know has its own place at once', async ({ page, disk }) => {
  await holdWorker(page)
  await openApp(page)
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

test('an empty folder is answered with a sentence, and costs the file beside it nothing', async ({ page, disk }) => {
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
