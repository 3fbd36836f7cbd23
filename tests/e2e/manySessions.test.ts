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

const toTheTop = (page: Page) => sessions(page).getByRole('list').evaluate((list) => { list.scrollTop = 0 })

test('a deep link to an old session brings it into view in the list, also in the drawer of a telephone', async ({ page, server }) => {
  const ids = await seedSessions(server, 300)
  const link = sessions(page).getByRole('link', { name: /^Session 251\b/ })
  await openApp(page, `/session/${ids[250]}`)

  await expect(link).toHaveAttribute('aria-current', 'page')
  await expect(link).toBeInViewport({ ratio: 1 })

  await toTheTop(page)
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
  await expect(link.locator('xpath=..'), 'the whole list has come').toHaveAttribute('aria-setsize', '300')
  await expect(link).toBeInViewport({ ratio: 1 })
})

test('of many sessions the page holds those near what is seen, and the keyboard leads to all of them', async ({ page, server }) => {
  const ids = await seedSessions(server, 500)
  await openApp(page, `/session/${ids[0]}`)
  const link = (number: number) => sessions(page).getByRole('link', { name: `Session ${number}`, exact: true })
  await expect(link(1)).toHaveAttribute('aria-current', 'page')
  await expect(link(1).locator('xpath=..')).toHaveAttribute('aria-setsize', '500')
  await expect(link(500)).toHaveCount(0)
  expect(await sessions(page).getByRole('link').count()).toBeLessThan(150)

  await link(1).focus()
  await page.keyboard.press('End')
  await expect(link(500)).toBeFocused()
  await expect(link(500)).toBeInViewport({ ratio: 1 })
  await expect(link(500).locator('xpath=..')).toHaveAttribute('aria-posinset', '500')
  await expect(link(250), 'what one only passed is not there').toHaveCount(0)

  for (let number = 499; number > 440; number--) {
    await page.keyboard.press('ArrowUp')
    await expect(link(number)).toBeFocused()
    await expect(link(number)).toBeInViewport({ ratio: 1 })
  }

  await page.keyboard.press('Home')
  await expect(link(1)).toBeFocused()
  await expect(link(1)).toBeInViewport({ ratio: 1 })
})

test('where one scrolls in a long list there are sessions, and what has the focus stays', async ({ page, server }) => {
  const ids = await seedSessions(server, 500)
  await openApp(page, `/session/${ids[0]}`)
  const link = (number: number) => sessions(page).getByRole('link', { name: `Session ${number}`, exact: true })
  await link(3).focus()

  const list = sessions(page).getByRole('list')
  await list.evaluate((list) => { list.scrollTop = list.scrollHeight / 2 })
  await expect(link(256)).toBeInViewport()
  const height = await list.evaluate(list => list.scrollHeight)
  await list.evaluate((list) => { list.scrollTop = list.scrollHeight })
  await expect(link(500)).toBeInViewport({ ratio: 1 })
  expect(await list.evaluate(list => list.scrollHeight), 'what is not drawn takes the room that it takes').toBe(height)

  await expect(link(3)).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(link(4)).toBeFocused()
  await expect(link(4)).toBeInViewport({ ratio: 1 })
})

test('the browser\'s search finds a session that is far away in the list, and leads there', async ({ page, server }) => {
  const ids = await seedSessions(server, 500)
  await openApp(page, `/session/${ids[0]}`)
  const link = sessions(page).getByRole('link', { name: 'Session 321', exact: true })
  await expect(sessions(page).getByRole('link', { name: 'Session 1', exact: true })).toBeVisible()
  await expect(link).toHaveCount(0)

  await page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<a id="to" style="position: fixed; inset: 0 auto auto 0; z-index: 9" href="#:~:text=Session%20321">To it</a>'))
  await page.locator('#to').click()
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

test('whoever asks for the archived sessions at the end of a long list sees where they begin', async ({ page, server }) => {
  const ids = await seedSessions(server, 300)
  for (const id of ids.slice(100, 103))
    await page.request.patch(`${server.url}/api/sessions/${id}`, { data: { archived: true }, headers: { origin: server.url } })
  await openApp(page)
  const first = sessions(page).getByRole('link', { name: /^Session 101\b/ })
  await expect(sessions(page).getByRole('button', { name: 'Archived sessions (3)' })).toBeVisible()
  await expect(first).toHaveCount(0)

  await sessions(page).getByRole('button', { name: 'Archived sessions (3)' }).click()

  for (const number of [101, 102, 103])
    await expect(sessions(page).getByRole('link', { name: new RegExp(`^Session ${number}\\b`) })).toBeInViewport({ ratio: 1 })
})
