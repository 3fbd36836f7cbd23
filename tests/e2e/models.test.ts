import type { Locator, Page } from '@playwright/test'
import { answers, composer, expectAgentDone, openApp, sendButton, sessionId, textbox } from './app.ts'
import { getMessages } from './rest.ts'
import { expect, test } from './satchel.ts'

const opener = (page: Page, name: string): Locator => composer(page).getByRole('button', { name, exact: true })
const menu = (page: Page): Locator => page.getByRole('menu', { name: 'Model and effort' })

test('the effort chosen for a draft is there after a reload and in a second tab, leaves when the line is back, and the answer says what it took', async ({ page, context, server }) => {
  await openApp(page)
  await textbox(page).fill('think about it')
  await opener(page, 'Model: Loopback').press('ArrowDown')
  await expect(menu(page).getByRole('menuitemradio', { name: 'Loopback', exact: true })).toBeFocused()
  await expect(menu(page).getByRole('menuitemradio', { name: 'Loopback', exact: true })).toBeChecked()
  await page.keyboard.press('End')
  await expect(menu(page).getByRole('menuitemradio', { name: 'Effort high' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(menu(page)).toHaveCount(0)
  await expect(opener(page, 'Model: Loopback, effort high')).toBeFocused()

  await page.reload()
  await expect(opener(page, 'Model: Loopback, effort high')).toBeVisible()
  await expect(textbox(page)).toHaveValue('think about it')
  const other = await context.newPage()
  await openApp(other, page.url())
  await opener(other, 'Model: Loopback, effort high').click()
  await menu(other).getByRole('menuitemradio', { name: 'Effort low' }).click()
  await expect(opener(page, 'Model: Loopback, effort low')).toBeVisible()
  await other.close()

  await server.kill()
  await sendButton(page).click()
  await expect(textbox(page)).toHaveValue('')
  await expect(opener(page, 'Model: Loopback, effort low')).toBeVisible() // the next draft goes on with it
  await server.restart()
  await expectAgentDone(page)

  await expect(answers(page)).toContainText('It was asked for the default model with effort low.')
  const [asked, answer] = await getMessages(page, sessionId(page))
  expect(asked).toMatchObject({ model: null, effort: 'low' })
  const took = answers(page).locator('details')
  await took.locator('summary').click()
  await expect(took).toContainText(`Read${answer!.usage!.inputTokens} bytes`)
  await expect(took).toContainText('Costfree')
  await expect(page.getByRole('meter', { name: 'Context' })).toHaveAttribute('aria-valuetext', /^14 bytes of .*1 answer in this session/)
})
