import type { Page } from '@playwright/test'
import { heicBytes } from '../helpers/foreignImages.ts'
import { legacyBytes } from '../helpers/legacyText.ts'
import { alerts, composer, expectAttachments, expectSaved, openApp, send, sendButton, sent, textbox } from './app.ts'
import { attach } from './doors.ts'
import { expect, test } from './satchel.ts'

const PARTS = [/pdf-\w/, /pdf\.worker.*\.mjs$/, /heic-\w/, /jschardet/]

/** The names of the app's files that have arrived. */
function arrivals(page: Page): readonly string[] {
  const names: string[] = []
  page.context().on('requestfinished', request => names.push(new URL(request.url()).pathname))
  return names
}

/** What a person is told of a file. */
const notice = (page: Page, name: string) => alerts(page).filter({ hasText: name })

test('the first PDF and the first old text are attached while the server is away: what that needs came before', async ({ page, disk, server }) => {
  const arrived = arrivals(page)
  await openApp(page)
  await expect.poll(() => PARTS.filter(part => !arrived.some(name => part.test(name)))).toEqual([])

  await server.stop()
  const files = [await disk.pdf(), await disk.write('old.txt', legacyBytes('Привет, мир', 'windows-1251'))]
  await attach(page, ...files)

  await expectSaved(page, files)
  await expect(composer(page)).toContainText('2 pages')
  await server.restart()
})

test('a photo that cannot be converted while the server is away keeps its place, and is converted and sent when the server is back', async ({ page, disk, server }) => {
  await page.context().route(/\/assets\/heic/, route => route.abort()) // nor did it come before
  await openApp(page)
  await textbox(page).fill('about these')
  await page.waitForLoadState('networkidle') // what attaching needs is there
  await server.stop()
  await attach(page, await disk.write('photo.heic', heicBytes()), await disk.png('kept.png'))

  await expect(notice(page, 'photo.heic')).toHaveText(/cannot be prepared yet: .* the server cannot be reached\. The file is safe on this device, and it is tried again by itself\./)
  await expectAttachments(composer(page), ['photo.heic', 'kept.png'])
  await expect(sendButton(page)).toBeDisabled()

  await page.context().unrouteAll()
  await server.restart()
  await expectSaved(page, ['photo.heic', 'kept.png'])
  await expect(notice(page, 'photo.heic').filter({ hasText: 'cannot be prepared' })).toHaveCount(0)
  await send(page)
  await expectAttachments(sent(page), ['photo.heic', 'kept.png'])
})

test('a second tab, too, says what a photo waits for, and no more once it is converted', async ({ page, disk, server }) => {
  await page.context().route(/\/assets\/heic/, route => route.abort())
  await openApp(page)
  await textbox(page).fill('about this')
  const other = await page.context().newPage()
  await other.goto(page.url())
  await expect(textbox(other)).toHaveValue('about this')
  await other.waitForLoadState('networkidle') // it has all that it needs of the server
  await server.stop()
  await attach(page, await disk.write('photo.heic', heicBytes()))

  await expect(notice(other, 'photo.heic')).toHaveText(/cannot be prepared yet: .* the server cannot be reached\. The file is safe on this device, and it is tried again by itself\./)
  await expect(sendButton(other)).toBeDisabled()

  await page.context().unrouteAll()
  await server.restart()
  await expectSaved(other, ['photo.heic'])
  await expect(notice(other, 'photo.heic').filter({ hasText: 'cannot be prepared' })).toHaveCount(0)
})

test('a tab that is older than the app on the server says to reload, in words, and keeps the draft', async ({ page, disk }) => {
  await page.context().route(/\/assets\/(pdf|PdfPages|heic|jschardet|DraftsPage)/, route => route.fulfill({ status: 404, body: '' }))
  await openApp(page)
  await textbox(page).fill('about these')
  await attach(page, await disk.pdf(), await disk.write('old.txt', legacyBytes('Привет, мир', 'windows-1251')), await disk.write('photo.heic', heicBytes()), await disk.png('kept.png'))

  for (const name of ['report.pdf', 'old.txt', 'photo.heic'])
    await expect(notice(page, name)).toHaveText(/cannot be prepared yet: .* Reload the page\. The file is safe on this device\./)
  await expect(page.getByText(/failed to fetch|dynamically imported/i)).toHaveCount(0)
  await expectAttachments(composer(page), ['report.pdf', 'old.txt', 'photo.heic', 'kept.png'])
  await expect(sendButton(page)).toBeDisabled()

  await page.getByRole('link', { name: /Drafts/ }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Reload the page. Your draft is kept.' })).toBeVisible()

  await page.context().unrouteAll()
  await page.reload()
  await expect(page.getByRole('main')).toContainText('about these')
  await page.getByRole('link', { name: 'about these' }).first().click()
  await expectSaved(page, ['report.pdf', 'old.txt', 'photo.heic', 'kept.png'])
})
