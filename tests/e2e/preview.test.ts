import type { Locator, Page } from '@playwright/test'
import { attachments, composer, expectSaved, openApp, placeAtRest, preview, send, sent, textbox, thumbnail, thumbnails } from './app.ts'
import { attach, doubleClick } from './doors.ts'
import { expectShown } from './pictures.ts'
import { expect, test } from './satchel.ts'

const NAMES = ['wide.png', 'notes.txt', 'report.pdf', 'small.png']

test.beforeEach(async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await disk.screenshot('wide.png'), await disk.text('notes.txt', 'first line\nsecond <b>line</b>\n'), await disk.pdf(), await disk.png('small.png'))
  await expectSaved(page, NAMES)
})

test('attachments of a draft are looked at by keyboard alone', async ({ page }) => {
  await textbox(page).focus()
  await tabTo(page, thumbnail(composer(page), 'wide.png'))

  await lookAtAll(page, composer(page))

  await expect(textbox(page)).toHaveValue('')
  await expectSaved(page, NAMES)
})

test('attachments of the history are looked at in the same way', async ({ page }) => {
  await send(page)
  await page.reload()
  await thumbnail(sent(page), 'wide.png').focus()

  await lookAtAll(page, sent(page))
})

/** From the focused first thumbnail through all of them and back to it. */
async function lookAtAll(page: Page, scope: Locator) {
  const shown = (name: string) => page.getByRole('dialog', { name: `Preview of ${name}` })
  const current = preview(page).locator('[aria-current="true"]')

  await page.keyboard.press('Enter')
  await expect(shown('wide.png')).toBeVisible()
  const image = preview(page).getByRole('img', { name: 'wide.png' })
  await expectShown(image, { width: 880, height: 800 })
  await expectFitted(page, image)
  await expect(current).toHaveAccessibleName('Show wide.png')

  await page.keyboard.press('ArrowRight')
  await expect(shown('notes.txt')).toBeVisible()
  await expect(preview(page).locator('pre')).toHaveText('first line\nsecond <b>line</b>\n', { useInnerText: true })
  await expect(current).toHaveAccessibleName('Show notes.txt')

  await page.keyboard.press('ArrowRight')
  await expect(shown('report.pdf')).toContainText('Page 2 of 2')
  await expect(shown('report.pdf').locator('canvas').first()).toBeVisible()

  await page.keyboard.press('End')
  await expect(shown('small.png')).toBeVisible()
  await expect(current).toHaveAccessibleName('Show small.png')
  await page.keyboard.press('ArrowRight') // there is nothing after the last
  await expect(shown('small.png')).toBeVisible()

  await page.keyboard.press('ArrowLeft')
  await expect(shown('report.pdf')).toBeVisible()
  await page.keyboard.press('Home')
  await expect(shown('wide.png')).toBeVisible()

  await page.keyboard.press('Escape')
  await expect(preview(page)).toHaveCount(0)
  await expect(thumbnail(scope, 'wide.png')).toBeFocused()
  await page.keyboard.press('Backspace')
  await page.keyboard.press('Delete')
  await expect(thumbnails(scope)).toHaveCount(NAMES.length)
}

test('from file to file the arrows stay under the mouse', async ({ page }) => {
  await thumbnail(composer(page), 'wide.png').click()
  const next = preview(page).getByRole('button', { name: 'Next attachment' })
  await expect(preview(page).locator('header')).toContainText(/Over \d+ kB/) // of the others there is less to say
  const place = await placeAtRest(next)

  for (const name of NAMES.slice(1)) {
    await next.click()
    await expect(preview(page)).toHaveAccessibleName(`Preview of ${name}`)
    expect(await placeAtRest(next)).toEqual(place)
  }
})

test('backspace in the empty text after a look at a file deletes nothing', async ({ page }) => {
  await thumbnail(composer(page), 'small.png').click()
  await expect(preview(page)).toBeVisible()
  await page.keyboard.press('Escape')
  await textbox(page).focus()

  await page.keyboard.press('Backspace')
  await page.keyboard.press('Delete')

  await page.reload()
  await expectSaved(page, NAMES)
})

test('what is typed while a preview is open does not reach the message behind it', async ({ page }) => {
  await textbox(page).fill('as it was')
  await thumbnail(composer(page), 'wide.png').click()
  await expect(preview(page)).toBeVisible()

  await page.keyboard.type('xyz')
  await page.keyboard.press('Tab')
  await expect(preview(page).locator(':focus')).toHaveCount(1)
  await page.keyboard.press('Escape')

  await expect(preview(page)).toHaveCount(0)
  await expect(textbox(page)).toHaveValue('as it was')
  await expect(sent(page)).toHaveCount(0)
})

test('a file is chosen in the preview with the mouse, too', async ({ page }) => {
  await thumbnail(composer(page), 'wide.png').click()

  await preview(page).getByRole('button', { name: 'Show report.pdf' }).click()
  await expect(preview(page)).toHaveAccessibleName('Preview of report.pdf')

  await preview(page).getByRole('button', { name: 'Close' }).click()
  await expect(preview(page)).toHaveCount(0)
  await expect(attachments(composer(page))).toBeVisible()
})

/** All of it is seen, and nothing has to be scrolled. */
async function expectFitted(page: Page, image: Locator) {
  const stage = preview(page).getByRole('group', { name: 'Content' })
  await expect.poll(() => stage.evaluate(({ scrollWidth, clientWidth, scrollHeight, clientHeight }) => scrollWidth <= clientWidth && scrollHeight <= clientHeight)).toBe(true)
  const [{ width, height }, place] = [await placeAtRest(image), await placeAtRest(stage)]
  expect(width / height).toBeCloseTo(880 / 800, 1)
  expect(height).toBeLessThanOrEqual(place.height)
}

test('a picture is zoomed where the mouse points, dragged about, and fitted again', async ({ page }) => {
  await thumbnail(composer(page), 'wide.png').click()
  const image = preview(page).getByRole('img', { name: 'wide.png' })
  const stage = preview(page).getByRole('group', { name: 'Content' })
  await expectFitted(page, image)
  const box = async () => await image.boundingBox() ?? { x: 0, y: 0, width: 0, height: 0 }
  const fitted = await box()
  /** A point of the picture, a quarter from its left and three from its top. */
  const point = { x: fitted.x + fitted.width / 4, y: fitted.y + fitted.height * 3 / 4 }
  const isStillThere = async () => {
    const { x, y, width, height } = await box()
    expect((point.x - x) / width).toBeCloseTo(0.25, 1)
    expect((point.y - y) / height).toBeCloseTo(0.75, 1)
  }

  await page.mouse.move(point.x, point.y)
  for (let turn = 0; turn < 4; turn++)
    await page.mouse.wheel(0, -200)
  await expect.poll(async () => (await box()).width).toBeGreaterThan(fitted.width * 3)
  await isStillThere()

  const before = await box()
  await page.mouse.down()
  await page.mouse.move(point.x + 60, point.y - 40, { steps: 4 })
  await page.mouse.up()
  await expect.poll(async () => Math.round((await box()).x - before.x)).toBe(60)
  expect(Math.round((await box()).y - before.y)).toBe(-40)

  await page.keyboard.press('ArrowRight') // there is more of it to the right
  await expect(preview(page)).toHaveAccessibleName('Preview of wide.png')
  await preview(page).getByRole('button', { name: 'Fit' }).click()
  await expectFitted(page, image)

  await doubleClick(image, { x: 10, y: 10 })
  await expect.poll(async () => Math.round((await box()).width)).toBe(880)
  await page.keyboard.press('0')
  await expectFitted(page, image)
  await page.keyboard.press('ArrowRight')
  await expect(preview(page)).toHaveAccessibleName('Preview of notes.txt')
  await expect(preview(page).getByRole('group', { name: 'Zoom' })).toHaveCount(0)
  await expect(stage).toBeVisible()
})

test('a page of a PDF is zoomed with Ctrl and the wheel, and drawn sharp again', async ({ page }) => {
  await thumbnail(composer(page), 'report.pdf').click()
  const canvas = preview(page).getByRole('group', { name: 'Content' }).locator('canvas').first()
  await expect(canvas).toBeVisible()
  const pixels = () => canvas.evaluate((element: HTMLCanvasElement) => element.width)
  const before = await pixels()

  const { x, y } = await placeAtRest(canvas)
  await page.mouse.move(x + 40, y + 40)
  await page.mouse.wheel(0, 60) // without Ctrl it is scrolled
  await expect.poll(pixels).toBe(before)
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, -200)
  await page.mouse.wheel(0, -200)
  await page.keyboard.up('Control')

  await expect.poll(pixels).toBeGreaterThan(before * 2)
  await page.keyboard.press('0')
  await expect.poll(pixels).toBe(before)
})

async function tabTo(page: Page, target: Locator) {
  await expect(async () => {
    await page.keyboard.press('Tab')
    await expect(target).toBeFocused({ timeout: 100 })
  }).toPass({ intervals: [0] })
}
