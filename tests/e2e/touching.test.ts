import type { Locator, Page } from '@playwright/test'
import sharp from 'sharp'
import { composer, expectSaved, openApp, placeAtRest, preview, send, sessionId, thumbnail } from './app.ts'
import { attach } from './doors.ts'
import { getSent } from './rest.ts'
import { expect, test } from './satchel.ts'

test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })

interface Point { x: number, y: number }

/** Fingers, as the browser hears of them. */
async function fingers(page: Page) {
  const cdp = await page.context().newCDPSession(page)
  const tell = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: readonly Point[]) =>
    cdp.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(({ x, y }, id) => ({ x, y, id })) })
  return {
    /** One comes down and goes on, then another one beside it; both go on, and are lifted. */
    async pinch(one: readonly Point[], other: readonly Point[]) {
      await tell('touchStart', one.slice(0, 1))
      await tell('touchMove', one.slice(1, 2))
      const both = one.slice(1).map((point, i) => [point, other[i] ?? point])
      await tell('touchStart', both[0] ?? [])
      for (const places of both)
        await tell('touchMove', places)
      await tell('touchEnd', [])
    },
    /** They come down together, go from place to place, and are lifted. */
    async follow(...places: readonly Point[][]) {
      await tell('touchStart', places[0] ?? [])
      for (const place of places.slice(1))
        await tell('touchMove', place)
      await tell('touchEnd', [])
    },
  }
}

/** Right after what scrolls the browser takes a tap for what stops its momentum. */
const tapUntil = (button: Locator, isDone: () => Promise<void>) => expect(async () => {
  await button.tap({ timeout: 1000 }).catch(() => undefined) // where the one before has done it, it may be gone
  await isDone()
}).toPass()

const along = (from: Point, to: Point, steps = 6) =>
  Array.from({ length: steps + 1 }, (_, i) => [{ x: from.x + (to.x - from.x) * i / steps, y: from.y + (to.y - from.y) * i / steps }])

test('two fingers zoom a picture where they are, one moves it about, and it is fitted again', async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await disk.screenshot('wide.png'))
  await expectSaved(page, ['wide.png'])
  await thumbnail(composer(page), 'wide.png').tap()
  const image = preview(page).getByRole('img', { name: 'wide.png' })
  const stage = preview(page).getByRole('group', { name: 'Content' })
  const fitted = await placeAtRest(image)
  const middle = { x: fitted.x + fitted.width / 4, y: fitted.y + fitted.height / 2 }
  const { follow } = await fingers(page)
  const apart = (by: number) => [{ x: middle.x - by, y: middle.y }, { x: middle.x + by, y: middle.y }]

  await follow(apart(20), apart(30), apart(40), apart(60))
  await expect.poll(async () => Math.round((await placeAtRest(image)).width / fitted.width * 10) / 10).toBe(3)
  const zoomed = await placeAtRest(image)
  expect((middle.x - zoomed.x) / zoomed.width).toBeCloseTo(0.25, 1)
  expect((middle.y - zoomed.y) / zoomed.height).toBeCloseTo(0.5, 1)
  expect(await page.evaluate(() => visualViewport?.scale)).toBe(1) // not all of the page

  const left = () => stage.evaluate(element => element.scrollLeft)
  const before = await left()
  await follow(...along({ x: 250, y: middle.y }, { x: 100, y: middle.y }))
  await expect.poll(left).toBeGreaterThan(before + 80)

  await tapUntil(preview(page).getByRole('button', { name: 'Fit' }), () =>
    expect.poll(async () => Math.round((await placeAtRest(image)).width), { timeout: 1000 }).toBe(Math.round(fitted.width)))
})

test('what a finger blackens in a picture is black in what is sent, and two fingers that pinch it draw nothing', async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await disk.write('white.png', await sharp({ create: { width: 600, height: 400, channels: 3, background: '#ffffff' } }).png().toBuffer()))
  await expectSaved(page, ['white.png'])
  await thumbnail(composer(page), 'white.png').tap()
  await preview(page).getByRole('button', { name: 'Edit white.png' }).tap()
  const editor = page.getByRole('dialog', { name: 'Edit white.png' })
  const canvas = editor.locator('canvas')
  await expect(canvas).not.toHaveJSProperty('width', 1)
  await editor.getByRole('radio', { name: 'Blacken' }).tap()
  const { x, y, width, height } = await placeAtRest(canvas)
  const { follow, pinch } = await fingers(page)

  const line = (from: number, to: number) => along({ x: x + width * from, y: y + height * 0.85 }, { x: x + width * to, y: y + height * 0.85 }).flat()
  await pinch(line(0.4, 0.2), line(0.6, 0.8))
  await follow(...along({ x: x + width * 0.2, y: y + height / 2 }, { x: x + width * 0.8, y: y + height / 2 }))
  await expect(editor.getByRole('button', { name: 'Undo', exact: true })).toBeEnabled()
  await editor.getByRole('button', { name: 'Done' }).tap() // right after the stroke
  await expect(editor).toHaveCount(0)
  await preview(page).getByRole('button', { name: 'Close' }).tap()
  await send(page)

  const file = (await getSent(page, sessionId(page)))[0]?.attachments[0]
  const { data, info } = await sharp(await (await page.request.get(file?.url ?? '')).body()).removeAlpha().greyscale().raw().toBuffer({ resolveWithObject: true })
  const greyAt = (across: number, down: number) => data[Math.round(down * info.height) * info.width + Math.round(across * info.width)]
  expect([greyAt(0.5, 0.5), greyAt(0.5, 0.05), greyAt(0.3, 0.85), greyAt(0.7, 0.85)]).toEqual([0, 255, 255, 255])
})
