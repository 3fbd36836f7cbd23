import type { Page } from '@playwright/test'
import { alerts, composer, expectAttachments, expectSaved, openApp, send, sendButton, sent, textbox } from './app.ts'
import { attach, dropFiles } from './doors.ts'
import { forgetThumbnails } from './draftDatabase.ts'
import { expect, test } from './satchel.ts'

/** What attaching needs, and a page fetches after its composer. */
const PARTS = { 'what prepares files': /\/assets\/laterFiles/, 'the worker': /\/assets\/media\.worker/, 'both of them': /\/assets\/(laterFiles|media\.worker)/ }

const notice = (page: Page, name: string) => alerts(page).filter({ hasText: name })
const waiting = (page: Page) => composer(page).locator('li[aria-busy]')

for (const [what, address] of Object.entries(PARTS)) {
  test(`files dropped while the server goes away before ${what} came are safe in their places, and attached and sent when it is back`, async ({ page, disk, server }) => {
    await page.context().route(address, route => route.abort())
    await openApp(page)
    await textbox(page).fill('about these')
    await page.waitForLoadState('networkidle')
    await server.stop()

    await dropFiles(page, [await disk.png('first.png'), await disk.text('notes.txt'), await disk.png('third.png', { width: 3 })])
    for (const name of ['first.png', 'notes.txt', 'third.png'])
      await expect(notice(page, name)).toHaveText(/cannot be prepared yet: .* the server cannot be reached\. The file is safe on this device, and it is tried again by itself\./)
    await expectAttachments(composer(page), ['first.png', 'notes.txt', 'third.png'])
    await expect(waiting(page).filter({ hasText: 'Saved on this device' })).toHaveCount(3)
    await expect(sendButton(page)).toBeDisabled()

    await page.context().unrouteAll()
    await server.restart()
    await expectSaved(page, ['first.png', 'notes.txt', 'third.png'])
    await expect(alerts(page).filter({ hasText: 'cannot be prepared' })).toHaveCount(0)
    await send(page)
    await expectAttachments(sent(page), ['first.png', 'notes.txt', 'third.png'])
  })
}

test('a browser that is killed while its files wait for what prepares them has them at its next start', async ({ disk, server, openProfile }) => {
  const before = await openProfile()
  await before.page.context().route(PARTS['both of them'], route => route.abort())
  await openApp(before.page, server.url)
  await before.page.waitForLoadState('networkidle')
  await server.stop()
  await attach(before.page, await disk.png('first.png'), await disk.text('notes.txt'))
  await expect(waiting(before.page).filter({ hasText: 'Saved on this device' })).toHaveCount(2)
  const address = before.page.url()
  await before.kill()

  await server.restart()
  const after = await openProfile()
  await openApp(after.page, address)
  await expectSaved(after.page, ['first.png', 'notes.txt'])
  await after.kill()
})

test('what an earlier page left unprepared is prepared by a page whose worker came late, by itself', async ({ page, disk, server }) => {
  await page.context().route(PARTS['both of them'], route => route.abort())
  await openApp(page)
  await page.waitForLoadState('networkidle')
  await server.stop()
  await attach(page, await disk.png('first.png'), await disk.text('notes.txt'))
  await expect(waiting(page).filter({ hasText: 'Saved on this device' })).toHaveCount(2)

  await server.restart()
  await page.reload()
  await page.waitForLoadState('networkidle')
  await expectAttachments(composer(page), ['first.png', 'notes.txt'])
  await server.stop()
  await page.context().unrouteAll()
  await server.restart()
  await expectSaved(page, ['first.png', 'notes.txt'])
})

test('a tab that was opened before its server went away shows the files of its draft, also those that are to be drawn once it is back', async ({ page, disk, server }) => {
  await openApp(page)
  await attach(page, await disk.png('first.png'), await disk.text('notes.txt'))
  await expectSaved(page, ['first.png', 'notes.txt'])

  await page.context().route(PARTS['the worker'], route => route.abort())
  await page.reload()
  await page.waitForLoadState('networkidle')
  await server.stop()
  await expectSaved(page, ['first.png', 'notes.txt'])
  await expect(alerts(page)).toHaveCount(0)

  await server.restart()
  await forgetThumbnails(page) // as a version had them that drew none
  await page.reload()
  await page.waitForLoadState('networkidle')
  await server.stop()
  await expect(alerts(page)).toHaveText(/cannot be shown yet: .* the server cannot be reached\. They are safe on this device, and it is tried again by itself\./)

  await page.context().unrouteAll()
  await server.restart()
  await expectSaved(page, ['first.png', 'notes.txt'])
  await expect(alerts(page)).toHaveCount(0)
})
