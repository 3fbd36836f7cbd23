import { readdirSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { brokenPicturePdf, japanesePdf, jbig2Pdf } from '../helpers/pdfPages.ts'
import { composer, expectSaved, openApp, preview, thumbnail } from './app.ts'
import { attach } from './doors.ts'
import { expect, test } from './satchel.ts'

const root = path.resolve(import.meta.dirname, '../..')
const count = (folder: string, name: RegExp) => readdirSync(path.join(root, folder)).filter(file => name.test(file)).length

test('everything that a PDF’s pages may ask for is in the build', () => {
  const library = 'node_modules/pdfjs-dist'
  const built = (name: RegExp) => count('dist/client/assets', name)

  expect(built(/\.bcmap$/)).toBe(count(`${library}/cmaps`, /\.bcmap$/))
  expect(built(/\.bcmap$/)).toBeGreaterThan(100)
  expect(built(/^(?!KaTeX).*\.(pfb|ttf)$/)).toBe(count(`${library}/standard_fonts`, /\.(pfb|ttf)$/))
  expect(built(/^(jbig2|openjpeg)-.*\.wasm$/)).toBe(2)
  expect(built(/^openjpeg_nowasm_fallback-.*\.js$/)).toBe(1)
})

test('a PDF’s page shows Japanese text and compressed pictures, and says so where it cannot', async ({ page, disk }) => {
  const files = [await disk.write('japanese.pdf', japanesePdf()), await disk.write('fax.pdf', jbig2Pdf()), await disk.write('broken.pdf', brokenPicturePdf())]
  const fetched: string[] = []
  page.on('requestfinished', request => fetched.push(new URL(request.url()).pathname))
  await openApp(page)
  await attach(page, ...files)
  await expectSaved(page, files)
  const note = preview(page).getByRole('note')

  await thumbnail(composer(page), 'japanese.pdf').click()
  await expect(preview(page).getByRole('list', { name: 'Pages' })).toContainText('あいう')
  await expect.poll(() => inkOf(page)).toBeGreaterThan(50)
  await expect(note).toHaveCount(0)

  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('dialog', { name: 'Preview of fax.pdf' })).toBeVisible()
  await expect.poll(() => inkOf(page)).toBeGreaterThan(10_000)
  await expect(note).toHaveCount(0)
  expect(fetched.filter(name => /jbig2.*\.wasm$/.test(name))).toHaveLength(1)

  await page.keyboard.press('ArrowRight')
  await expect(note).toHaveText(/Something on this page cannot be shown/)
})

test('a PDF’s page says so where the characters it needs are not there', async ({ page, disk }) => {
  const japanese = await disk.write('japanese.pdf', japanesePdf())
  await page.context().route(/\.bcmap$/, route => route.fulfill({ status: 404, body: '' }))
  await openApp(page)
  await attach(page, japanese)
  await expectSaved(page, [japanese])

  await thumbnail(composer(page), 'japanese.pdf').click()
  await expect(preview(page).getByRole('note')).toHaveText(/Something on this page cannot be shown/)
})

/** Dark pixels of the first page. */
function inkOf(page: Page): Promise<number> {
  return preview(page).getByRole('group', { name: 'Content' }).locator('canvas').first().evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
    let ink = 0
    for (let i = 0; i < data.length; i += 4)
      ink += data[i]! < 128 ? 1 : 0
    return ink
  })
}
