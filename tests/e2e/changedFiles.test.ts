import { PDFDocument } from '@cantoo/pdf-lib'
import { pdfBytes } from '../helpers/images.ts'
import { alerts, composer, expectSaved, openApp, preview, send, sendButton, sessionId, textbox, thumbnail, undo } from './app.ts'
import { attach } from './doors.ts'
import { getSent, servedHashes } from './rest.ts'
import { expect, test } from './satchel.ts'

test.beforeEach(async ({ page }) => openApp(page))

test('a PDF with too many pages is attached, cannot be sent, and is cut to the pages that are chosen, also after a reload', async ({ page, disk }) => {
  await attach(page, await disk.write('big.pdf', pdfBytes({ pages: 300 })))
  await expectSaved(page, ['big.pdf'])
  await expect(alerts(page)).toContainText(/big\.pdf .*300 pages.*100/)
  await textbox(page).fill('look')
  await textbox(page).press('Enter')
  await page.reload()
  await expectSaved(page, ['big.pdf'])

  await composer(page).getByRole('button', { name: 'Choose pages of big.pdf' }).click()
  const pages = preview(page).getByRole('group', { name: 'Pages of big.pdf' })
  const pictures = pages.locator('canvas')
  await expect(pages.getByRole('listitem').first().locator('canvas')).toBeVisible()
  await pages.getByRole('checkbox', { name: 'Page 300', exact: true }).focus()
  await expect(pages.getByRole('listitem').last().locator('canvas')).toBeVisible()
  await expect(pages.getByRole('listitem').first().locator('canvas')).toHaveCount(0) // drawn again when it is near
  expect(await pictures.count()).toBeLessThan(100)
  await pages.getByRole('textbox', { name: 'Pages' }).fill('1-3, 7')
  await expect(pages.getByRole('checkbox', { name: 'Page 7', exact: true })).toBeChecked()
  await expect(pages.getByRole('checkbox', { name: 'Page 4', exact: true })).not.toBeChecked()
  await pages.getByRole('checkbox', { name: 'Page 2', exact: true }).uncheck()
  await expect(pages.getByRole('textbox', { name: 'Pages' })).toHaveValue('1, 3, 7')
  await pages.getByRole('button', { name: 'Keep these pages' }).click()
  await expect(preview(page)).toContainText(/Page 3 of 3(?!\d)/)
  await page.keyboard.press('Escape')
  await page.reload()
  await expectSaved(page, ['big.pdf'])
  await expect(sendButton(page)).toBeEnabled()
  await send(page)

  const [message] = await getSent(page, sessionId(page))
  expect(message!.attachments.map(file => [file.filename, file.pages])).toEqual([['big.pdf', 3]])
})

test('a PDF that was cut is whole again, byte for byte, with all of its pages or with Undo', async ({ page, disk }) => {
  const file = await disk.pdf()
  await attach(page, file)
  await expectSaved(page, ['report.pdf'])
  await thumbnail(composer(page), 'report.pdf').click()
  const pages = preview(page).getByRole('group', { name: 'Pages of report.pdf' })
  const keep = async (text: string, count: number) => {
    await pages.getByRole('textbox', { name: 'Pages' }).fill(text)
    await pages.getByRole('button', { name: 'Keep these pages' }).click()
    await expect(preview(page)).toContainText(`Page ${count} of ${count}`)
  }
  await keep('2', 1)
  await keep('1-2', 2)
  await keep('1', 1)
  await page.keyboard.press('Escape')
  await undo(page).last().click()
  await thumbnail(composer(page), 'report.pdf').click()
  await expect(preview(page)).toContainText(/Page 2 of 2(?!\d)/)
  await page.keyboard.press('Escape')
  await send(page)

  expect(await servedHashes(page)).toEqual([file.sha256])
})

test('pages are kept in the order in which they are written', async ({ page, disk }) => {
  const given = await PDFDocument.create()
  for (const width of [100, 200, 300, 400])
    given.addPage([width, 500])
  await attach(page, await disk.write('order.pdf', await given.save()))
  await expectSaved(page, ['order.pdf'])
  await thumbnail(composer(page), 'order.pdf').click()
  const pages = preview(page).getByRole('group', { name: 'Pages of order.pdf' })
  await pages.getByRole('textbox', { name: 'Pages' }).fill('4, 2')
  await pages.getByRole('button', { name: 'Keep these pages' }).click()
  await expect(preview(page)).toContainText('Page 2 of 2')
  await expect(pages.getByRole('textbox', { name: 'Pages' })).toHaveValue('4, 2')
  await page.keyboard.press('Escape')
  await send(page)

  const [file] = (await getSent(page, sessionId(page)))[0]!.attachments
  const sent = await PDFDocument.load(await (await page.request.get(file!.url)).body())
  expect(sent.getPages().map(one => one.getWidth())).toEqual([400, 200])
})

test('a picture is sent as small as is chosen, with its weight told before, and as it was where that is chosen again', async ({ page, disk }) => {
  const file = await disk.screenshot('shot.png')
  await attach(page, file)
  await expectSaved(page, ['shot.png'])
  await thumbnail(composer(page), 'shot.png').click()
  const size = preview(page).getByRole('button', { name: 'Size of shot.png' })
  await size.click()
  const menu = preview(page).getByRole('menu', { name: 'Size of shot.png' })
  await expect(menu.getByRole('menuitemradio', { name: /^As it is: 2.* MB, 880\s×\s800, about 928\stokens/ })).toBeChecked()
  await menu.getByRole('menuitemradio', { name: /^Small: \d+ KB/ }).click()
  await expect(size).toHaveText(/Small/)
  await expect(preview(page).locator('header')).toContainText(/\d KB/)
  await page.reload()
  await expectSaved(page, ['shot.png'])

  await thumbnail(composer(page), 'shot.png').click()
  await expect(size).toHaveText(/Small/)
  await size.press('Enter')
  await expect(menu.getByRole('menuitemradio', { name: /^Small/ })).toBeFocused()
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await expect(size).toHaveText(/As it is/)
  await page.keyboard.press('Escape')
  await send(page)

  expect(await servedHashes(page)).toEqual([file.sha256])
})
