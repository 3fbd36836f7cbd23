import type { Page } from '@playwright/test'
import { openApp, sessions, textbox } from './app.ts'
import { expect, test } from './satchel.ts'
import { seedSessions } from './seeding.ts'

/** Milliseconds from a key to the end of what it sets in motion, layout included; the best of several. */
const keyTime = (page: Page) => page.evaluate(async () => {
  const field = document.querySelector('textarea') as HTMLTextAreaElement
  let best = Infinity
  for (let i = 0; i < 8; i++) {
    await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)))
    const start = performance.now()
    field.focus()
    document.execCommand('insertText', false, 'x')
    await new Promise<void>(resolve => setTimeout(resolve))
    field.getBoundingClientRect()
    best = Math.min(best, performance.now() - start)
  }
  return best
})

test('a deep link to an old session brings it into view in the list, also in the drawer of a telephone', async ({ page, server }) => {
  const ids = await seedSessions(server, 300)
  const link = sessions(page).getByRole('link', { name: /^Session 251\b/ })
  await openApp(page, `/session/${ids[250]}`)

  await expect(link).toHaveAttribute('aria-current', 'page')
  await expect(link).toBeInViewport({ ratio: 1 })

  await sessions(page).getByRole('list').evaluate((list) => { list.scrollTop = 0 })
  await textbox(page).fill('what is typed does not move the list')
  await expect(sessions(page).getByText('Draft', { exact: true })).toHaveCount(1)
  await expect(link).not.toBeInViewport()

  await page.setViewportSize({ width: 390, height: 700 })
  await page.reload()
  await page.getByRole('button', { name: 'Show sessions' }).click()
  await expect(link).toBeInViewport({ ratio: 1 })
})

test('the open session stays in view where its draft was known before the list came', async ({ page, server }) => {
  const ids = await seedSessions(server, 300)
  const link = sessions(page).getByRole('link', { name: /^Session 251\b|^a draft/ })
  await openApp(page, `/session/${ids[250]}`)
  await textbox(page).fill('a draft')
  await expect(link).toContainText('Draft')

  let release = () => {}
  const held = new Promise<void>((resolve) => { release = resolve })
  await page.route(/\/api\/sessions\?/, async (route) => {
    await held
    await route.continue()
  })
  await page.setViewportSize({ width: 390, height: 700 })
  await page.reload()
  await page.getByRole('button', { name: 'Show sessions' }).click()
  await expect(link, 'the only one that this device knows').toBeInViewport({ ratio: 1 })
  await expect(sessions(page).getByRole('link')).toHaveCount(1)

  release()
  await expect(sessions(page).getByRole('link')).toHaveCount(300)
  await expect(link).toBeInViewport({ ratio: 1 })
})

test('a key costs about what it costs in a bare text field, with a word of 300,000 characters', async ({ page }) => {
  await openApp(page)
  await textbox(page).evaluate((field: HTMLTextAreaElement) => {
    field.focus()
    document.execCommand('insertText', false, 'a'.repeat(300_000))
  })
  await expect(textbox(page)).toHaveValue(/^a{300000}$/)
  const app = await keyTime(page)

  const floor = await page.context().newPage()
  await floor.setContent('<textarea style="width: 700px; height: 380px"></textarea>')
  await floor.evaluate(() => {
    document.querySelector('textarea')?.focus()
    document.execCommand('insertText', false, 'a'.repeat(300_000))
  })
  const bare = await keyTime(floor)

  expect(app / bare, `${app} ms beside ${bare} ms`).toBeLessThan(6)
})
