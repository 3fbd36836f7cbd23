import type { Page } from '@playwright/test'
import { expectAccepted, openApp, sendButton, sent, sessionId, textbox } from './app.ts'
import { getSent } from './rest.ts'
import { expect, test } from './satchel.ts'

const DARK = 'rgb(23, 23, 26)'
const WHITE = 'rgb(255, 255, 255)'

const choose = (page: Page, group: string, choice: string) => page.getByRole('group', { name: group }).getByRole('radio', { name: choice }).check()
const background = (page: Page) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
const letters = (page: Page) => page.getByRole('heading', { name: 'Settings' }).evaluate(heading => parseFloat(getComputedStyle(heading).fontSize))

test('the theme that is chosen is there before the app is, in every tab, and again as the system says when that is wanted', async ({ page, context }) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto('/settings')
  await expect(page.getByRole('group', { name: 'Theme' }).getByRole('radio', { name: 'As the system' })).toBeChecked()
  expect(await background(page)).toBe(WHITE)
  await choose(page, 'Theme', 'Dark')
  await expect.poll(() => background(page)).toBe(DARK)

  const other = await context.newPage()
  await other.emulateMedia({ colorScheme: 'light' })
  await other.route(/\/assets\/(?!appearance)[^/]*\.js$/, () => undefined) // the app's scripts never come
  await other.goto('/settings', { waitUntil: 'commit' })
  await expect.poll(() => background(other)).toBe(DARK)
  await expect(other.locator('#app')).toBeEmpty()

  await choose(page, 'Theme', 'Light')
  await expect.poll(() => background(other)).toBe(WHITE)
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await background(page)).toBe(WHITE)
  await choose(page, 'Theme', 'As the system')
  await expect.poll(() => background(page)).toBe(DARK)
})

test('letters are as large as is chosen, after a reload, too, and what is open in another tab grows with them', async ({ page, context }) => {
  await page.goto('/settings')
  const other = await context.newPage()
  await other.goto('/settings')
  const normal = await letters(other)

  await choose(page, 'Text size', 'Larger')
  await expect.poll(() => letters(other)).toBeCloseTo(1.25 * normal)
  await expect(other.getByRole('group', { name: 'Text size' }).getByRole('radio', { name: 'Larger' })).toBeChecked()
  await page.reload()
  await expect.poll(() => letters(page)).toBeCloseTo(1.25 * normal)
  await page.setViewportSize({ width: 360, height: 740 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
})

test('Enter begins a new line where that is chosen; the help and the button say what sends', async ({ page, context }) => {
  await openApp(page)
  const writing = await context.newPage()
  await openApp(writing)
  await expect(sendButton(writing)).toHaveAttribute('title', 'Send (Enter)')
  await page.getByRole('link', { name: 'Settings' }).click()
  await choose(page, 'Enter', 'Begins a new line')
  await expect(sendButton(writing)).toHaveAttribute('title', 'Send (Ctrl+Enter)')

  await textbox(writing).fill('first')
  await writing.keyboard.press('Enter')
  await writing.keyboard.type('second')
  await expect(textbox(writing)).toHaveValue('first\nsecond')
  await expect(sent(writing)).toHaveCount(0)
  await writing.keyboard.press('Control+Enter')
  await expectAccepted(writing)
  expect(await getSent(writing, sessionId(writing))).toMatchObject([{ text: 'first\nsecond' }])

  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click()
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(help.locator('dl > div').filter({ hasText: 'Send the message' })).toContainText('Ctrl Enter')
  await page.keyboard.press('Escape')
  await choose(page, 'Enter', 'Sends the message')
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click()
  await expect(help.locator('dl > div').filter({ hasText: 'Send the message' })).not.toContainText('Ctrl')
})
