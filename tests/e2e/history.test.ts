import type { Locator, Page } from '@playwright/test'
import { answers, expectAgentDone, history, openApp, send, textbox } from './app.ts'
import { expect, test } from './satchel.ts'
import { seedSession } from './seeding.ts'
import { hold } from './slowness.ts'

const message = (page: Page, number: number) => history(page).getByRole('article').filter({ hasText: new RegExp(`Message ${number}\\.`) })
/** Also those that are too far away to be drawn, whose words are there. */
const known = (page: Page) => history(page).locator('[data-key]')
const count = (page: Page) => history(page).getByRole('article').count()

test('a session of a thousand messages opens at the newest one', async ({ page, server }) => {
  const session = await seedSession(server, 'Long', 1000)
  await openApp(page, `/session/${session}`)

  await expect(message(page, 1000)).toBeInViewport()
  expect(await count(page)).toBeLessThan(200)
})

test('scrolling up leads through all thousand messages, to the first', async ({ page, server }) => {
  const session = await seedSession(server, 'Long', 1000)
  await openApp(page, `/session/${session}`)
  await expect(message(page, 1000)).toBeInViewport()

  await toTheStart(page, 1000)

  const texts = await known(page).allTextContents()
  expect(texts.map(text => Number(/Message (\d+)\./.exec(text)?.[1]))).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1))
  await expect(message(page, 1)).toBeInViewport()
})

test('of a thousand messages only those near the window are drawn, and whoever looks for words is led to any other', async ({ page, server }) => {
  const session = await seedSession(server, 'Long', 1000)
  await openApp(page, `/session/${session}`)
  await expect(message(page, 1000)).toBeInViewport()
  await toTheStart(page, 1000)
  await expect.poll(() => count(page)).toBeLessThan(200)

  // As a browser's own search does, which no test can open.
  await page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<a id="to" style="position: fixed; inset: 0 auto auto 0; z-index: 9" href="#:~:text=Message%20522.">To it</a>'))
  await page.locator('#to').click()

  await expect(message(page, 522)).toBeInViewport()
  await expect(message(page, 522)).toBeFocused()
  await expect.poll(() => count(page)).toBeLessThan(200)
})

test('what was marked or unfolded in a message is as it was when one comes back to it', async ({ page, server }) => {
  const session = await seedSession(server, 'Long', 400)
  await page.route(/\/messages\?/, async (route) => {
    const answer = await route.fetch()
    const body = await answer.text()
    await route.fulfill({ response: answer, body: body.replaceAll('Message 399.', `Message 399.${'\\nline'.repeat(60)}`) })
  })
  await openApp(page, `/session/${session}`)
  await message(page, 399).getByRole('button', { name: 'Show all' }).click()
  await toTheStart(page, 400)
  await message(page, 9).evaluate(article => getSelection()?.selectAllChildren(article.querySelector('.words') ?? article))
  const marked = await page.evaluate(() => getSelection()?.toString())

  await history(page).evaluate((box) => { box.scrollTop = box.scrollHeight })
  await expect(message(page, 400)).toBeInViewport()
  await expect(message(page, 60)).toHaveCount(0)

  expect(marked).toContain('Message 9.')
  expect(await page.evaluate(() => getSelection()?.toString())).toBe(marked)
  await expect(message(page, 399).getByRole('button', { name: 'Show less' })).toBeVisible()
})

test('what is being read stays where it is while older messages come in', async ({ page, server }) => {
  const session = await seedSession(server, 'Long', 300)
  const older = await hold(page, /messages\?.*before=/)
  await openApp(page, `/session/${session}`)
  await expect(message(page, 300)).toBeInViewport()
  const before = await count(page)
  const read = message(page, 300 - before + 4)
  await read.scrollIntoViewIfNeeded()
  const top = await steadyTop(read)

  older.goOn()

  await expect.poll(() => count(page)).toBeGreaterThan(before)
  expect(Math.abs(await steadyTop(read) - top)).toBeLessThan(4)
})

test('what is being read stays where it is while an answer streams in below', async ({ page, server }) => {
  const session = await seedSession(server, 'Long', 40)
  await openApp(page, `/session/${session}`)
  await textbox(page).fill('word '.repeat(600))
  await send(page)
  await expect(answers(page).last()).toContainText('loopback')
  server.pause() // until there is something to be moved

  const read = message(page, 10)
  await history(page).hover()
  await expect(async () => {
    await page.mouse.wheel(0, -400)
    await expect(read).toBeInViewport({ timeout: 100 })
  }).toPass({ intervals: [0] })
  const newest = page.getByRole('button', { name: 'Jump to the newest message' })
  await expect(newest).toBeVisible()
  const top = await steadyTop(read)
  const below = await fromEnd(page)

  server.resume()

  await expectAgentDone(page)
  expect(await fromEnd(page)).toBeGreaterThan(below)
  expect(Math.abs(await steadyTop(read) - top)).toBeLessThan(4)

  await newest.click()
  await expect.poll(() => fromEnd(page)).toBeLessThan(4)
})

test('what is being read stays where it is when the connection is lost, and when it is back', async ({ page, server }) => {
  const session = await seedSession(server, 'Long', 40)
  await openApp(page, `/session/${session}`)
  await expect(message(page, 40)).toBeInViewport()
  const read = message(page, 30)
  await history(page).evaluate(box => box.scrollTop -= 400)
  await read.scrollIntoViewIfNeeded()
  await expect(page.getByRole('button', { name: 'Jump to the newest message' })).toBeVisible()
  const top = await steadyTop(read)
  const lost = page.getByText('No connection to the server.')

  server.pause()
  await expect(lost).toBeVisible()
  expect(Math.abs(await steadyTop(read) - top)).toBeLessThan(2)

  server.resume()
  await expect(lost).toHaveCount(0)
  expect(Math.abs(await steadyTop(read) - top)).toBeLessThan(2)
})

test('messages are formatted when they appear, also where what formats them comes last: nothing moves below the eyes', async ({ page, server }) => {
  const session = await seedSession(server, 'Long', 40)
  const formatter = await hold(page, /growingText[^/]*\.js$/)
  await page.addInitScript(() => {
    const seen = { plain: 0 }
    Object.assign(window, { seen })
    new MutationObserver(() => { seen.plain += document.querySelectorAll('.markdown > .plain').length })
      .observe(document, { childList: true, subtree: true })
  })
  const list = page.waitForResponse(/\/SessionItemsList[^/]*\.js$/)
  await page.goto(`/session/${session}`)
  await list

  formatter.goOn()

  await expect(message(page, 40)).toBeInViewport()
  await expect(message(page, 38).locator('strong').first()).toBeVisible()
  expect(await page.evaluate(() => (window as Window & { seen?: { plain: number } }).seen?.plain)).toBe(0)
})

test('small steps upwards while an answer grows are not taken back, and a way down to the end is followed again', async ({ page, server }) => {
  const session = await seedSession(server, 'Long', 40)
  await openApp(page, `/session/${session}`)
  await expect(message(page, 40)).toBeInViewport()
  await grow(page)
  await expect.poll(() => fromEnd(page)).toBeLessThan(2)
  await history(page).hover()

  for (let step = 0; step < 8; step++)
    await page.mouse.wheel(0, -4)

  // By far more than the steps themselves: it grows, and is not followed.
  await expect.poll(() => fromEnd(page)).toBeGreaterThan(300)
  await expect(page.getByRole('button', { name: 'Jump to the newest message' })).toBeVisible()

  await expect(async () => {
    await page.mouse.wheel(0, 2000)
    await expect(page.getByRole('button', { name: 'Jump to the newest message' })).toHaveCount(0, { timeout: 200 })
  }).toPass({ intervals: [0] })
  await page.evaluate(() => window.dispatchEvent(new Event('enough')))
  await expect.poll(() => fromEnd(page)).toBeLessThan(2)
})

/** A growing answer, as the history sees it: the last message is a little higher with each frame, until `enough`. */
async function grow(page: Page) {
  await history(page).getByRole('article').last().evaluate((article: HTMLElement) => {
    let height = article.offsetHeight
    let growing = true
    window.addEventListener('enough', () => { growing = false })
    const frame = () => {
      height += 2
      article.style.minHeight = `${height}px`
      if (growing)
        requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
}

test('a streaming answer is followed to its end', async ({ page }) => {
  await openApp(page)
  await textbox(page).fill('word '.repeat(1500))

  await send(page)
  await expectAgentDone(page)

  await expect(answers(page)).toContainText('word')
  await expect.poll(() => fromEnd(page)).toBeLessThan(4)
})

test('who sends sees what becomes of it, wherever they had scrolled to', async ({ page, server }) => {
  const session = await seedSession(server, 'Long', 60)
  await openApp(page, `/session/${session}`)
  await expect(history(page).getByRole('article').last()).toBeVisible()
  await history(page).hover()
  await page.mouse.wheel(0, -3000)
  await expect(page.getByRole('button', { name: 'Jump to the newest message' })).toBeVisible()

  await textbox(page).fill('here I am')
  await send(page)

  await expect(answers(page).last()).toContainText('here I am')
  await expect(answers(page).last()).toBeInViewport()
})

test('another tab shows the message and its answer as they come', async ({ page, context }) => {
  await openApp(page)
  await textbox(page).fill('first')
  await send(page)
  await expectAgentDone(page)
  const other = await context.newPage()
  await openApp(other, page.url())
  await expect(answers(other)).toContainText('first')

  await textbox(page).fill('second')
  await send(page)

  await expect(answers(other)).toHaveCount(2)
  await expect(answers(other).last()).toContainText('second')
})

/** Where it is once the page has come to rest: the same in several frames. */
async function steadyTop(article: Locator): Promise<number> {
  return article.evaluate(async (element) => {
    const frame = () => new Promise(resolve => requestAnimationFrame(resolve))
    const top = () => element.getBoundingClientRect().top
    for (let before = NaN, same = 0; same < 5; before = top()) {
      await frame()
      same = top() === before ? same + 1 : 0
    }
    return top()
  })
}

/** Pixels of the history below what is in view. */
const fromEnd = (page: Page) => history(page).evaluate(box => box.scrollHeight - box.clientHeight - box.scrollTop)

/** As somebody who scrolls up until there is nothing older. */
async function toTheStart(page: Page, messages: number) {
  const countAtStart = async () => {
    await history(page).evaluate((box) => { box.scrollTop = 0 })
    return known(page).count()
  }
  await expect.poll(countAtStart, { timeout: 150_000, intervals: [50] }).toBe(messages)
}
