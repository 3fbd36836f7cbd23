import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { bmpBytes, icoBytes, losslessJpegBytes } from '../helpers/foreignImages.ts'
import { animatedPngBytes } from '../helpers/imageFiles.ts'
import { pngBytes } from '../helpers/images.ts'
import { alerts, attachments, composer, expectAgentReceived, expectSaved, openApp, preview, send, sent, sessionId, thumbnail } from './app.ts'
import { attach } from './doors.ts'
import { expectShown } from './pictures.ts'
import { getMessages } from './rest.ts'
import { expect, test } from './satchel.ts'

const item = (page: Page, name: string) => attachments(composer(page)).getByRole('listitem').filter({ has: page.getByRole('button', { name: `Preview ${name}`, exact: true }) })

/** Red at the left, blue at the right, as it is seen; stored as the orientation says. */
async function redAndBlue(orientation = 1) {
  const blue = await sharp({ create: { width: 20, height: 20, channels: 3, background: 'blue' } }).png().toBuffer()
  const seen = await sharp({ create: { width: 40, height: 20, channels: 3, background: 'red' } }).composite([{ input: blue, left: 20, top: 0 }]).png().toBuffer()
  const stored = orientation === 6 ? sharp(seen).rotate(-90) : sharp(seen)
  return sharp(await stored.png().toBuffer()).withMetadata({ orientation })
}

/** The first letters of the colours at the left and right ends. */
async function ends(bytes: Buffer) {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
  const colour = (x: number) => data[(Math.floor(info.height / 2) * info.width + x) * info.channels]! > 128 ? 'r' : 'b'
  return info.width > info.height ? colour(3) + colour(info.width - 4) : 'upright'
}

test('pictures of many kinds are converted, and each says what it was', async ({ page, disk }) => {
  const red = [200, 10, 20, 90, 80, 70] // two pixels
  const files = [
    await disk.write('old.bmp', bmpBytes()),
    await disk.write('site.ico', icoBytes(pngBytes({ width: 16, height: 16 }), 16)),
    await disk.write('scan.tif', await (await redAndBlue(6)).tiff({ compression: 'lzw' }).toBuffer()),
    await disk.write('web.avif', await (await redAndBlue(6)).avif({ quality: 90 }).toBuffer()),
    await disk.write('lossless.jpg', losslessJpegBytes({ width: 2, height: 1, components: 3, samples: red, shift: 1 })),
  ]
  await openApp(page)

  await attach(page, ...files)
  await expectSaved(page, files)
  await expect(item(page, 'old.bmp')).toContainText('Made from a BMP of 40 × 30')
  await expect(item(page, 'site.ico')).toContainText('Made from an icon (ICO) of 16 × 16')
  await expect(item(page, 'scan.tif')).toContainText('Made from a TIFF of 40 × 20')
  await expect(item(page, 'web.avif')).toContainText('Made from an AVIF of 40 × 20')
  await expect(item(page, 'lossless.jpg')).toContainText('Made from a lossless JPEG of 2 × 1')
  await send(page)

  const [message] = await getMessages(page, sessionId(page))
  const received = await Promise.all(message!.attachments.map(async ({ url }) => (await page.request.get(url)).body()))
  expect(message!.attachments).toMatchObject([{ width: 40, height: 30 }, { width: 16, height: 16 }, { width: 40, height: 20 }, { width: 40, height: 20 }, { width: 2, height: 1 }])
  expect(await ends(received[2]!)).toBe('rb')
  expect(await ends(received[3]!)).toBe('rb')
  expect(Array.from(await sharp(received[4]).removeAlpha().raw().toBuffer())).toEqual(red)
})

test('what cannot be converted is refused for what it is, and what is damaged for being damaged', async ({ page, disk }) => {
  await openApp(page)

  await attach(page,
    await disk.write('art.psd', '8BPS\0\x01\0\0\0'),
    await disk.write('half.tif', (await (await redAndBlue()).tiff({ compression: 'none' }).toBuffer()).subarray(0, 600)),
    await disk.write('half.avif', (await (await redAndBlue()).avif().toBuffer()).subarray(0, -20)),
  )

  await expect(alerts(page).filter({ hasText: 'art.psd is a Photoshop picture (PSD) that this browser cannot convert' })).toBeVisible()
  await expect(alerts(page).filter({ hasText: 'half.tif is damaged' })).toBeVisible()
  await expect(alerts(page).filter({ hasText: 'half.avif is damaged' })).toBeVisible()
})

test('a WebP that lies on its side is sent upright, and says so', async ({ page, disk }) => {
  const lying = await disk.write('lying.webp', await (await redAndBlue(6)).webp({ lossless: true }).toBuffer())
  await openApp(page)

  await attach(page, lying)
  await expectSaved(page, [lying])
  await expect(item(page, 'lying.webp')).toContainText('Made from a WebP of 40 × 20')
  await expect(item(page, 'lying.webp')).toContainText('It was turned upright')
  await expectShown(thumbnail(composer(page), 'lying.webp').locator('img'), { width: 40, height: 20 })
  await send(page)

  const [message] = await getMessages(page, sessionId(page))
  expect(message!.attachments).toMatchObject([{ width: 40, height: 20 }])
  expect(await ends(await (await page.request.get(message!.attachments[0]!.url)).body())).toBe('rb')
})

test('an animated PNG shows the still picture that Claude sees, says that it moves, and arrives untouched', async ({ page, disk }) => {
  const moving = await disk.write('moving.png', animatedPngBytes({ hidden: true, still: 'white', frame: 'black' }))
  await openApp(page)

  await attach(page, moving)
  await expectSaved(page, [moving])
  await expect(item(page, 'moving.png')).toContainText('It moves: Claude sees only its first frame.')
  const isWhite = (image: SVGElement | HTMLElement) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 8, height: 8 })
    const context = canvas.getContext('2d')!
    context.drawImage(image as HTMLImageElement, 0, 0, 8, 8)
    return context.getImageData(4, 4, 1, 1).data[0]! > 200
  }
  await expect.poll(() => thumbnail(composer(page), 'moving.png').locator('img').evaluate(isWhite)).toBe(true)
  await thumbnail(composer(page), 'moving.png').click()
  await expectShown(preview(page).locator('img').first(), { width: 8, height: 8 })
  expect(await preview(page).locator('img').first().evaluate(isWhite)).toBe(true)
  await page.keyboard.press('Escape')

  await send(page)
  await expectAgentReceived(page, [moving])

  await page.reload()
  const inHistory = thumbnail(sent(page), 'moving.png')
  await expect.poll(() => inHistory.locator('img').evaluate(isWhite)).toBe(true)
  await expect(sent(page).getByRole('listitem')).toContainText('It moves: Claude sees only its first frame.')
  await inHistory.click()
  await expectShown(preview(page).locator('img').first(), { width: 8, height: 8 })
  expect(await preview(page).locator('img').first().evaluate(isWhite)).toBe(true)
})

test('an animated WebP that lies on its side is sent and shown as it lies, and says so before and after', async ({ page, disk }) => {
  const frames = await sharp({ create: { width: 40, height: 40, channels: 3, background: 'teal' } }).composite([{ input: { create: { width: 40, height: 20, channels: 3, background: 'red' } }, left: 0, top: 0 }]).raw().toBuffer()
  const moving = sharp(frames, { raw: { width: 40, height: 40, channels: 3, pageHeight: 20 } })
  const lying = await disk.write('lying.webp', await moving.withMetadata({ orientation: 6 }).webp({ delay: [100, 100] }).toBuffer())
  await openApp(page)

  await attach(page, lying)
  await expectSaved(page, [lying])
  await expect(item(page, 'lying.webp')).toContainText('is sent as it lies')
  await expect(item(page, 'lying.webp')).toContainText('40 × 20')
  await send(page)
  await expectAgentReceived(page, [lying])
  await page.reload()

  await expect(sent(page).getByRole('listitem')).toContainText('is sent as it lies')
})

test('a picture that takes long to convert shows how far it is, keeps no other waiting, and stops when it is removed', async ({ page, disk }) => {
  const long = await disk.write('poster.tif', await sharp({ create: { width: 9000, height: 8000, channels: 3, background: 'teal' } }).tiff({ compression: 'lzw' }).toBuffer())
  const quick = await disk.png('quick.png')
  await openApp(page)

  await attach(page, long, quick)
  const progress = composer(page).getByRole('progressbar', { name: 'Converting poster.tif' })
  await expect(item(page, 'quick.png').and(page.locator(':not([aria-busy])')).locator('img')).toBeVisible()
  await expect(progress).toBeVisible() // the other one is still being converted
  await expect(item(page, 'poster.tif')).toContainText(/Being converted: about \d+ % done/)
  await page.emulateMedia({ forcedColors: 'active' })
  expect(await progress.evaluate(ring => getComputedStyle(ring, '::before').backgroundImage), 'is seen where colours are forced').toContain('gradient')
  await page.emulateMedia({ forcedColors: null })
  await composer(page).getByRole('button', { name: 'Remove poster.tif' }).click()
  await expectSaved(page, [quick])
  await page.reload()
  await expectSaved(page, [quick])
  await expect(alerts(page)).toHaveCount(0)
})
