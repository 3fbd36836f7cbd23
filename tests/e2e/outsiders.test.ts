import type { Page } from '@playwright/test'
import { expectAgentDone, openApp, send, sessions, textbox } from './app.ts'
import { expectOpenToAll } from './openToAll.ts'
import { expect, test } from './satchel.ts'

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Links to A plan for people outside' })
const links = (page: Page) => dialog(page).getByRole('list', { name: 'Links that work' }).getByRole('listitem')

async function openDialog(page: Page) {
  await sessions(page).getByRole('button', { name: 'More about A plan for people outside' }).click()
  await page.getByRole('menuitem', { name: 'Links for people outside' }).click()
  await expect(dialog(page)).toBeVisible()
}

test('a conversation is shown to people outside by a link that has an end, and no longer once it is taken back', async ({ page, browser, server }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await openApp(page)
  await textbox(page).fill('A plan for people outside')
  await send(page)
  await expectAgentDone(page)

  await openDialog(page)
  await expect(dialog(page)).toContainText('No link leads here from outside.')
  await dialog(page).getByLabel('Works for').selectOption('A month')
  await dialog(page).getByRole('button', { name: 'Make a link' }).click()
  const field = dialog(page).getByRole('textbox', { name: 'Address of the new link' })
  await expect(field).toBeFocused()
  const address = await field.inputValue()
  await dialog(page).getByRole('button', { name: 'Copy' }).click()
  await expect(dialog(page).getByRole('status')).toHaveText('Copied')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(address)
  expect(address).toMatch(new RegExp(`^${server.url}/shared/[\\w-]{40,}$`))

  const outside = await (await browser.newContext()).newPage()
  await outside.goto(address)
  await expect(outside.getByText('It received no attachments.')).toBeVisible()
  await expectOpenToAll(outside)
  await outside.context().close()

  const [far, plain] = await Promise.all([{ timezoneId: 'Asia/Tokyo', locale: 'de-DE' }, { timezoneId: 'Asia/Tokyo', javaScriptEnabled: false }].map(async options => (await browser.newContext(options)).newPage()))
  await Promise.all([far!.goto(address), plain!.goto(address)])
  const time = await plain!.getByRole('time').first().getAttribute('datetime')
  const inWords = (timeZone: string) => new Date(time!).toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone })
  await expect(far!.getByRole('time').first()).toHaveText(inWords('Asia/Tokyo'))
  await expect(far!.getByRole('time').first()).toHaveAttribute('title', `${inWords('UTC')} UTC`)
  await expect(plain!.getByRole('time').first()).toHaveText(`${inWords('UTC')} UTC`)
  await plain!.context().close()

  await page.keyboard.press('Escape')
  await expect(dialog(page)).toHaveCount(0)
  await page.reload()
  await openDialog(page)
  await expect(links(page)).toHaveCount(1)
  const inAMonth = new Date(Date.now() + 30 * 86_400_000).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })
  await expect(links(page)).toContainText(`Works until`)
  await expect(links(page)).toContainText(inAMonth)
  await expect(field).toHaveCount(0) // the address was told once

  await links(page).getByRole('button', { name: /^Take back the link that works until / }).click()
  await expect(dialog(page)).toContainText('No link leads here from outside.')
  await expect(dialog(page).getByLabel('Works for')).toBeFocused()
  expect((await far!.goto(address))!.status()).toBe(404)
  await expectOpenToAll(far!)

  await server.kill()
  await dialog(page).getByRole('button', { name: 'Make a link' }).click()
  await expect(dialog(page).getByRole('alert')).toHaveText(/^No link was made\. The server cannot be reached\./)
  await far!.context().close()
})
