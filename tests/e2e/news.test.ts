import type { Page } from '@playwright/test'
import { answers, expectAgentDone, newSession, openApp, send, sendButton, sent, sessions, textbox } from './app.ts'
import { expect, test } from './satchel.ts'

const link = (page: Page, name: string) => sessions(page).getByRole('listitem').filter({ hasText: name })

/** As if another tab lay over this one, or was gone again. */
const look = (page: Page, state: 'hidden' | 'visible') => page.evaluate((state) => {
  Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
}, state)

const shown = (page: Page) => page.evaluate(() => (window as Window & { shown?: string[] }).shown)

test('an answer that comes while one looks elsewhere marks the title, and is told by a notification only where one asked for them', async ({ page, context }) => {
  await context.grantPermissions(['notifications'])
  await page.addInitScript(() => {
    const shown: string[] = []
    Object.assign(window, { shown })
    window.Notification = class extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options)
        shown.push(`${title}: ${options?.body}`)
        this.close()
      }
    }
  })
  await openApp(page)
  await textbox(page).fill('first')
  await send(page)
  await expectAgentDone(page)
  await expect(page).toHaveTitle(/^first/)

  await textbox(page).fill('/slow 30')
  await send(page)
  await look(page, 'hidden')
  await expect(page).toHaveTitle(/^● first/)
  expect(await shown(page)).toEqual([])
  await look(page, 'visible')
  await expect(page).toHaveTitle(/^first/)

  await page.getByRole('link', { name: 'Settings' }).click()
  const choice = page.getByRole('checkbox', { name: 'Tell me when the agent has answered' })
  await expect(choice).not.toBeChecked()
  await choice.check()
  await page.reload()
  await expect(choice).toBeChecked()
  await link(page, 'first').getByRole('link').click()
  await textbox(page).fill('/slow 10\n/ask Which one? | A | B')
  await sendButton(page).click()
  await look(page, 'hidden')
  await expect.poll(() => shown(page)).toEqual(['first: The agent asks you something.'])
  await expect(page).toHaveTitle(/^● \(1\) first/)
})

test('a session in which an answer came unseen is marked until one looks at it, and can be marked again', async ({ page }) => {
  await openApp(page)
  await textbox(page).fill('/slow 20')
  await send(page)
  await newSession(page).click()
  const marked = link(page, '/slow 20').getByText('New answer')
  await expect(marked).toHaveCount(1)
  await page.reload()
  await expect(marked).toHaveCount(1)

  await link(page, '/slow 20').getByRole('link').click()
  await expect(marked).toHaveCount(0)
  await page.reload()
  await expect(answers(page)).toContainText('20')
  await expect(marked).toHaveCount(0)

  await link(page, '/slow 20').getByRole('button', { name: /^More about/ }).click()
  await page.getByRole('menuitem', { name: 'Mark as unread' }).click()
  await expect(marked).toHaveCount(1)
})

test('an arrow upwards in an empty composer edits the last message, and a copied answer says so, whichever way it was copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openApp(page)
  await textbox(page).press('ArrowUp')
  for (const text of ['first', 'second']) {
    await textbox(page).fill(text)
    await send(page)
    await expect(answers(page).last()).toContainText(text)
    await expectAgentDone(page)
  }
  await textbox(page).fill('words')
  await textbox(page).press('ArrowUp')
  await expect(textbox(page)).toHaveValue('words')
  await textbox(page).fill('')

  await page.keyboard.press('Control+Shift+C')
  const bar = answers(page).last().getByRole('toolbar', { name: 'Message actions' })
  await expect(bar.getByRole('status')).toHaveText('Copied')
  await expect(bar).toHaveCSS('opacity', '1')
  await expect(answers(page).first().getByRole('toolbar').getByRole('status')).toHaveText('')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('second')

  await textbox(page).press('ArrowUp')
  await expect(textbox(page)).toHaveValue('second')
  await expect(page.getByRole('group', { name: 'Editing' })).toBeVisible()
  await expect(textbox(page)).toBeFocused()
  await textbox(page).fill('second, and better')
  await send(page)
  await expect(sent(page).last()).toContainText('second, and better')
  await expect(sent(page).last().getByRole('group', { name: 'Versions' })).toContainText('2 of 2')
})
