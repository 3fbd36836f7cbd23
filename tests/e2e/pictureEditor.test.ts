import type { Locator, Page } from '@playwright/test'
import sharp from 'sharp'
import { alerts, composer, expectSaved, newSession, openApp, placeAtRest, preview, send, sessionId, textbox, thumbnail, undo } from './app.ts'
import type { Disk } from './disk.ts'
import { attach } from './doors.ts'
import { readDrafts } from './draftDatabase.ts'
import { getSent } from './rest.ts'
import { expect, test } from './satchel.ts'

const NAME = 'card.jpg'
const WHERE = 'Lat 52.5200'

/** White, with a number in red, and metadata that says where it was taken. */
async function card(disk: Disk, name = NAME) {
  const red = await sharp({ create: { width: 200, height: 40, channels: 3, background: '#ff0000' } }).png().toBuffer()
  const picture = sharp({ create: { width: 600, height: 400, channels: 3, background: '#ffffff' } }).composite([{ input: red, left: 100, top: 100 }])
  return disk.write(name, await picture.withExif({ IFD0: { ImageDescription: WHERE } }).jpeg({ quality: 95 }).toBuffer())
}

const editor = (page: Page, name = NAME) => page.getByRole('dialog', { name: `Edit ${name}` })
const button = (scope: Locator, name: string) => scope.getByRole('button', { name, exact: true })

async function openEditor(page: Page, name = NAME) {
  if (await preview(page).count() === 0)
    await thumbnail(composer(page), name).click()
  await button(preview(page), `Edit ${name}`).click()
  await expect(editor(page, name)).toBeVisible()
  await expect(editor(page, name).locator('canvas')).not.toHaveJSProperty('width', 1)
}

/** Over the picture, from one place of it to another, in parts of its width and height. */
async function drag(page: Page, [fromX, fromY]: [number, number], [toX, toY]: [number, number]) {
  const box = await placeAtRest(page.getByRole('dialog', { name: /^Edit / }).locator('canvas'))
  await page.mouse.move(box.x + fromX * box.width, box.y + fromY * box.height)
  await page.mouse.down()
  await page.mouse.move(box.x + toX * box.width, box.y + toY * box.height, { steps: 5 })
  await page.mouse.up()
}

async function blackenNumber(page: Page) {
  await editor(page).getByRole('radio', { name: 'Blacken' }).check()
  await drag(page, [0.15, 0.3], [0.52, 0.3])
}

const closeEditor = async (page: Page, name: string) => {
  await button(editor(page), name).click()
  await expect(editor(page)).toHaveCount(0)
}

async function sentPicture(page: Page) {
  const file = (await getSent(page, sessionId(page)))[0]!.attachments[0]!
  const bytes = await (await page.request.get(file.url)).body()
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { bytes, sha256: file.sha256, info, at: (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)] }
}

const isDark = (pixel: number[]) => pixel.every(value => value < 40)

test.beforeEach(async ({ page }) => openApp(page))

test('what is blackened is gone from the bytes that are sent, the metadata too', async ({ page, disk }) => {
  const file = await card(disk)
  await attach(page, file)
  await expectSaved(page, [NAME])
  await openEditor(page)
  await blackenNumber(page)
  await closeEditor(page, 'Done')
  await page.reload()
  await expectSaved(page, [NAME])
  await send(page)

  const { bytes, at, info } = await sentPicture(page)
  expect([info.width, info.height]).toEqual([600, 400])
  for (let x = 100; x < 300; x += 10)
    expect([x, isDark(at(x, 120))]).toEqual([x, true])
  expect(at(400, 300).every(value => value > 240)).toBe(true)
  expect(bytes.includes(WHERE)).toBe(false)
  expect((await sharp(bytes).metadata()).exif).toBeUndefined()
  await expect.poll(async () => JSON.stringify(await readDrafts(page)).length).toBeLessThan(500) // nothing of the original is left on the device
})

test('the original comes back byte for byte with Undo, also after a reload', async ({ page, disk }) => {
  const file = await card(disk)
  await attach(page, file)
  await expectSaved(page, [NAME])
  await openEditor(page)
  await editor(page).getByRole('radio', { name: 'Crop' }).check()
  await drag(page, [0.1, 0.1], [0.6, 0.6])
  await blackenNumber(page)
  await closeEditor(page, 'Done')
  await expect(preview(page)).toContainText('300 × 200')
  await page.reload()
  await expectSaved(page, [NAME])

  await openEditor(page)
  await expect(editor(page).locator('canvas')).toHaveJSProperty('width', 300)
  await button(editor(page), 'Undo').click()
  await button(editor(page), 'Undo').click()
  await expect(button(editor(page), 'Undo')).toBeDisabled()
  await expect(editor(page).locator('canvas')).toHaveJSProperty('width', 600)
  await closeEditor(page, 'Done')
  await expect(preview(page)).toContainText('600 × 400')
  await page.keyboard.press('Escape')
  await send(page)

  expect((await sentPicture(page)).sha256).toBe(file.sha256)
})

test('an edit is undone in the page as well, and what was cancelled can be done again', async ({ page, disk }) => {
  const file = await card(disk)
  await attach(page, file)
  await expectSaved(page, [NAME])
  await openEditor(page)
  await blackenNumber(page)
  await closeEditor(page, 'Cancel')
  await openEditor(page)
  await expect(button(editor(page), 'Undo')).toBeDisabled()
  await button(editor(page), 'Redo').click()
  await closeEditor(page, 'Done')
  await page.keyboard.press('Escape')
  await undo(page).click()
  await expect(undo(page)).toHaveCount(0)
  await send(page)

  expect((await sentPicture(page)).sha256).toBe(file.sha256)
})

test('a tab that is killed while an edit is saved leaves the old picture or the new one', async ({ page, disk, context }) => {
  const file = await card(disk)
  await attach(page, file)
  await expectSaved(page, [NAME])
  const address = page.url()
  await openEditor(page)
  await blackenNumber(page)
  await button(editor(page), 'Done').click({ noWaitAfter: true })
  await page.close()

  const next = await context.newPage()
  await next.goto(address)
  await expect(textbox(next)).toBeEditable()
  await expectSaved(next, [NAME])
  await send(next)
  const { sha256, at } = await sentPicture(next)
  expect(sha256 === file.sha256 || isDark(at(200, 120))).toBe(true)
})

test('a picture is edited by keyboard alone', async ({ page, disk }) => {
  await attach(page, await card(disk))
  await expectSaved(page, [NAME])
  await openEditor(page)
  await editor(page).getByRole('radio', { name: 'Arrow' }).focus()
  while (!await editor(page).getByRole('radio', { name: 'Blacken' }).isChecked())
    await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Tab')
  await expect(editor(page).locator('canvas')).toBeFocused()
  await page.keyboard.press('Enter') // in the middle
  for (let i = 0; i < 4; i++)
    await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(button(editor(page), 'Undo')).toBeEnabled()
  await page.keyboard.press('Control+z')
  await expect(button(editor(page), 'Undo')).toBeDisabled()
  await page.keyboard.press('Control+Shift+z')
  await closeEditor(page, 'Done')
  await expect(button(preview(page), `Edit ${NAME}`)).toBeFocused()
  await page.keyboard.press('Escape')
  await send(page)

  const { at } = await sentPicture(page)
  expect(isDark(at(310, 200))).toBe(true)
})

test('arrows, boxes, words, lines and blurred places are where they were drawn', async ({ page, disk }) => {
  await attach(page, await card(disk))
  await expectSaved(page, [NAME])
  await openEditor(page)
  for (const [tool, from, to] of [['Arrow', [0.1, 0.6], [0.4, 0.6]], ['Box', [0.5, 0.6], [0.9, 0.9]], ['Pen', [0.1, 0.8], [0.4, 0.8]], ['Blur', [0.4, 0.2], [0.6, 0.4]]] as const) {
    await editor(page).getByRole('radio', { name: tool }).check()
    await drag(page, [...from], [...to])
  }
  await editor(page).getByRole('radio', { name: 'Text' }).check()
  const box = await placeAtRest(editor(page).locator('canvas'))
  await page.mouse.click(box.x + 0.6 * box.width, box.y + 0.1 * box.height)
  await editor(page).getByRole('textbox', { name: 'Text to write' }).fill('IIII')
  await page.keyboard.press('Enter')
  await editor(page).getByRole('radio', { name: 'Turn' }).check()
  await button(editor(page), 'Turn right').click()
  await closeEditor(page, 'Done')
  await page.keyboard.press('Escape')
  await send(page)

  const { at, info } = await sentPicture(page)
  expect([info.width, info.height]).toEqual([400, 600])
  const before = (x: number, y: number) => at(400 - 1 - y, x)
  const isRed = ([r = 0, g = 0, b = 0]: number[]) => r > 150 && g < 120 && b < 120
  expect(isRed(before(150, 240))).toBe(true) // arrow
  expect(isRed(before(400, 240))).toBe(true) // box
  expect(before(400, 300).every(value => value > 240)).toBe(true)
  expect(isRed(before(150, 320))).toBe(true) // pen
  const [, inside = 0] = before(297, 120)
  const [, outside = 0] = before(303, 120)
  expect(outside - inside).toBeLessThan(200) // blurred: no edge is left
  const line = Array.from({ length: 60 }, (_, i) => before(360 + i, 50))
  expect(line.some(isRed)).toBe(true)
})

const UNSAVED = `${NAME} is as it was before it was edited.`

test('a picture that is left by Back while it is edited says that it was not changed, and is edited on from there', async ({ page, disk }) => {
  await textbox(page).fill('a first session')
  await newSession(page).click()
  await attach(page, await card(disk))
  await expectSaved(page, [NAME])
  const address = page.url()
  await openEditor(page)
  await blackenNumber(page)
  await expect(button(editor(page), 'Undo')).toBeEnabled()
  await page.goBack()
  await expect(page).not.toHaveURL(address)
  await page.goForward()

  await expect(alerts(page)).toContainText(UNSAVED)
  await openEditor(page)
  await expect(button(editor(page), 'Undo')).toBeEnabled()
  await closeEditor(page, 'Done')
  await page.keyboard.press('Escape')
  await expect(alerts(page)).toHaveCount(0)
  await send(page)
  const { at } = await sentPicture(page)
  expect(isDark(at(200, 120))).toBe(true)
})

test('Escape and Cancel say that nothing was changed, and lead back to what was drawn', async ({ page, disk }) => {
  await attach(page, await card(disk))
  await expectSaved(page, [NAME])
  await openEditor(page)
  await blackenNumber(page)
  await page.keyboard.press('Escape')
  await expect(editor(page)).toHaveCount(0)
  await expect(preview(page)).toContainText(UNSAVED)
  await button(preview(page), 'Go on editing').click()
  await expect(button(editor(page), 'Undo')).toBeEnabled()
  await closeEditor(page, 'Cancel')
  await expect(preview(page)).toContainText('Redo brings it back')
  await page.keyboard.press('Escape')
  await expect(alerts(page)).toContainText(UNSAVED)
})
