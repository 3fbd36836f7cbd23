import { history, openApp, sessions, textbox, undo } from './app.ts'
import { expectOpenToAll } from './openToAll.ts'
import { expect, test } from './satchel.ts'
import { seedSession } from './seeding.ts'

test('Ctrl+K finds an old message and opens its session there; commands and shortcuts are one key away', async ({ page, server }) => {
  await seedSession(server, 'Long', 200)
  await openApp(page)
  const dialog = page.getByRole('dialog', { name: 'Search' })
  await expect(async () => { // the keys come a moment after the page
    await page.keyboard.press('Control+k')
    await expect(dialog).toBeVisible({ timeout: 500 })
  }).toPass()
  await dialog.getByRole('combobox').fill('"Message 7."')

  await expect(dialog.getByRole('option').filter({ hasText: 'Message 7.' })).toHaveCount(1)
  await expectOpenToAll(page, 'dialog[open]')
  await page.keyboard.press('Enter')
  await expect(history(page).getByRole('article').filter({ hasText: /Message 7\./ })).toBeInViewport()

  await page.keyboard.press('Control+k')
  await dialog.getByRole('combobox').fill('>shortcuts')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toContainText('Ctrl')
  await expectOpenToAll(page, 'dialog[open]')
  await page.keyboard.press('Escape')
})

test('a session is pinned, archived and deleted from its menu, and taken back for ten seconds', async ({ page, server }) => {
  await seedSession(server, 'Alpha', 2)
  await seedSession(server, 'Beta', 2)
  await openApp(page)
  const more = async (name: string, item: string) => {
    await sessions(page).getByRole('link', { name }).hover()
    await sessions(page).getByRole('button', { name: `More about ${name}` }).click()
    await page.getByRole('menuitem', { name: item, exact: true }).click()
  }
  await more('Alpha', 'Pin')
  await expect(sessions(page).getByRole('heading', { name: 'Pinned' })).toBeVisible()
  await more('Beta', 'Archive')
  await expect(sessions(page).getByRole('link', { name: 'Beta' })).toHaveCount(0)
  await page.reload()
  await expect(sessions(page).getByRole('heading', { name: 'Pinned' })).toBeVisible()
  await sessions(page).getByRole('button', { name: /^Archived sessions/ }).click()
  await expect(sessions(page).getByRole('link', { name: 'Beta' })).toBeVisible()

  await more('Alpha', 'Delete')
  const asking = page.getByRole('dialog', { name: 'Delete Alpha?' })
  await asking.getByRole('button', { name: 'Delete' }).click()
  await expect(sessions(page).getByRole('link', { name: 'Alpha' })).toHaveCount(0)
  await page.getByRole('status', { name: 'Undo' }).getByRole('button', { name: 'Undo' }).click()
  await expect(sessions(page).getByRole('link', { name: 'Alpha' })).toBeVisible()
  await expect(textbox(page)).toBeVisible()
})

test('a session is archived by its menu or by a command, and either can be undone', async ({ page, server }) => {
  await seedSession(server, 'Alpha', 2)
  await openApp(page)
  const alpha = sessions(page).getByRole('link', { name: 'Alpha' })
  const byMenu = async () => {
    await alpha.hover()
    await sessions(page).getByRole('button', { name: 'More about Alpha' }).click()
    await page.getByRole('menuitem', { name: 'Archive', exact: true }).click()
  }
  const byCommand = async () => {
    await alpha.click()
    await sessions(page).getByRole('button', { name: 'Search' }).click()
    await page.getByRole('dialog', { name: 'Search' }).getByRole('combobox').fill('>archive this')
    await page.keyboard.press('Enter')
  }
  for (const archive of [byMenu, byCommand]) {
    await archive()
    await expect(page.getByRole('status', { name: 'Undo' })).toContainText('“Alpha” is archived.')
    await expect(sessions(page).getByRole('button', { name: 'Archived sessions (1)' })).toBeVisible()
    await undo(page).click()
    await expect(sessions(page).getByRole('button', { name: /^Archived sessions/ })).toHaveCount(0)
    await expect(undo(page)).toHaveCount(0)
  }
})

test('a link to a message opens at it, and a session is saved with its files from its menu', async ({ page, server, context }) => {
  await seedSession(server, 'Long', 120)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openApp(page)
  await sessions(page).getByRole('link', { name: 'Long' }).click()
  const last = history(page).getByRole('article').last()
  await last.hover()
  await last.getByRole('button', { name: 'Link to this message' }).click()
  await expect(last.getByRole('toolbar', { name: 'Message actions' }).getByRole('status')).toHaveText('Copied')
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(link).toMatch(/\/session\/[\w-]+#[\w-]+$/)

  await page.goto(link)
  await expect(page.locator('.wanted')).toBeInViewport()

  for (const [item, name] of [['Export as Markdown', 'Long.zip'], ['Export as JSON', 'Long.json']] as const) {
    await sessions(page).getByRole('link', { name: 'Long' }).hover()
    await sessions(page).getByRole('button', { name: 'More about Long' }).click()
    const saved = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: item }).click()
    expect((await saved).suggestedFilename()).toBe(name)
  }
})
