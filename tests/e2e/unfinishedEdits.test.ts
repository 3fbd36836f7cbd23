import type { Locator, Page } from '@playwright/test'
import sharp from 'sharp'
import { alerts, composer, expectSaved, openApp, placeAtRest, preview, send, sessionId, thumbnail } from './app.ts'
import type { Disk } from './disk.ts'
import { attach } from './doors.ts'
import { dump } from './kept.ts'
import { getSent } from './rest.ts'
import { expect, test } from './satchel.ts'

const NAME = 'white.png'
const UNSAVED = `${NAME} is as it was before it was edited.`

const white = async (disk: Disk) =>
  disk.write(NAME, await sharp({ create: { width: 600, height: 400, channels: 3, background: '#ffffff' } }).png().toBuffer())

const editor = (page: Page) => page.getByRole('dialog', { name: `Edit ${NAME}` })
const button = (scope: Locator, name: string) => scope.getByRole('button', { name, exact: true })

async function openEditor(page: Page) {
  await thumbnail(composer(page), NAME).click()
  await button(preview(page), `Edit ${NAME}`).click()
  await expect(editor(page).locator('canvas')).not.toHaveJSProperty('width', 1)
}

/** Over the middle of the picture. */
async function blacken(page: Page) {
  await editor(page).getByRole('radio', { name: 'Blacken' }).check()
  const { x, y, width, height } = await placeAtRest(editor(page).locator('canvas'))
  await page.mouse.move(x + 0.3 * width, y + 0.5 * height)
  await page.mouse.down()
  await page.mouse.move(x + 0.7 * width, y + 0.5 * height, { steps: 5 })
  await page.mouse.up()
  await expect(button(editor(page), 'Undo')).toBeEnabled()
  await expect.poll(async () => (await dump(page)).text).toContain('blacken')
}

/** It is told, and the editor goes on from there. */
async function finish(page: Page) {
  await expectSaved(page, [NAME])
  await expect(alerts(page)).toContainText(UNSAVED)
  await openEditor(page)
  await expect(button(editor(page), 'Undo')).toBeEnabled()
  await button(editor(page), 'Done').click()
  await expect(editor(page)).toHaveCount(0)
  await page.keyboard.press('Escape')
  await expect(alerts(page)).toHaveCount(0)
  await send(page)

  const [file] = (await getSent(page, sessionId(page)))[0]!.attachments
  const { data } = await sharp(await (await page.request.get(file!.url)).body()).extract({ left: 300, top: 200, width: 1, height: 1 }).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  expect(Math.max(...data)).toBeLessThan(40)
}

test('what was drawn on a picture is there after the browser was killed, and is sent when it is finished', async ({ server, disk, openProfile }) => {
  const before = await openProfile()
  await openApp(before.page, server.url)
  await attach(before.page, await white(disk))
  await expectSaved(before.page, [NAME])
  await openEditor(before.page)
  await blacken(before.page)
  const address = before.page.url()
  await before.kill()

  const after = await openProfile()
  await openApp(after.page, address)
  await finish(after.page)
})

test('what was drawn is there after Escape and a reload, and nothing asks before', async ({ page, disk }) => {
  const asked: string[] = []
  page.on('dialog', async (dialog) => {
    asked.push(dialog.type())
    await dialog.accept()
  })
  await openApp(page)
  await attach(page, await white(disk))
  await expectSaved(page, [NAME])
  await openEditor(page)
  await blacken(page)
  await page.keyboard.press('Escape')
  await expect(preview(page)).toContainText(UNSAVED)
  await page.reload()

  await finish(page)
  expect(asked).toEqual([])
})

test('the picture stays where it is whichever tool is chosen', async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await white(disk))
  await expectSaved(page, [NAME])
  await openEditor(page)
  const places: Awaited<ReturnType<typeof placeAtRest>>[] = []
  for (const tool of ['Crop', 'Turn', 'Arrow', 'Box', 'Text', 'Pen', 'Blur', 'Blacken']) {
    await editor(page).getByRole('radio', { name: tool }).check()
    places.push(await placeAtRest(editor(page).locator('canvas')))
  }
  expect(places).toEqual(places.map(() => places[0]))
})
