import type { Page } from '@playwright/test'
import { answers, connection, expectAccepted, expectAgentDone, expectAgentReceived, expectSaved, newSession, openApp, sendButton, sent, sessionId, sessions, textbox } from './app.ts'
import { attach } from './doors.ts'
import { getSent, servedHashes } from './rest.ts'
import { expect, test as base } from './satchel.ts'
import { layWire, type Wire } from './wire.ts'

/** The app, reached over a wire that can fail. */
const test = base.extend<{ wire: Wire }>({
  wire: async ({ server }, use) => {
    const wire = await layWire(server.url)
    await use(wire)
    await wire.close()
  },
  baseURL: ({ wire }, use) => use(wire.url),
})
// The page's own host is the wire's here.
test.use({ context: async ({ browser, wire }, use) => {
  const context = await browser.newContext({ baseURL: wire.url })
  await use(context)
  await context.close()
} })

test('a frame that is cut in the middle arrives whole, once, byte for byte', async ({ page, wire, disk }) => {
  const files = [await disk.screenshot('one.png'), await disk.screenshot('two.png')]
  await openApp(page)
  await textbox(page).fill('large')
  await attach(page, ...files)
  await expectSaved(page, files)

  wire.cutAfter(1_500_000)
  await sendButton(page).click()

  await expectAgentReceived(page, files)
  await expectAccepted(page)
  expect(wire.cuts()).toBe(1)
  expect(await getSent(page, sessionId(page))).toHaveLength(1)
  expect(await servedHashes(page)).toEqual(files.map(({ sha256 }) => sha256))
})

test('a connection that is dead without saying so is noticed within ten seconds, and nothing is lost on it', async ({ page, wire, disk }) => {
  const file = await disk.png()
  await openApp(page)
  await expect(connection(page)).toHaveText('Connected')
  await textbox(page).fill('into the void')
  await attach(page, file)
  await expectSaved(page, [file])

  wire.hold()
  await sendButton(page).click()
  await expect(connection(page)).toHaveText(/Reconnecting|Offline/, { timeout: 15_000 })
  await expect(sent(page)).toContainText('Waiting')
  wire.release()
  await expect(connection(page)).toHaveText('Connected', { timeout: 30_000 })

  await expectAgentReceived(page, [file])
  await expectAccepted(page)
  expect(await getSent(page, sessionId(page))).toHaveLength(1)
})

test('how much of a large message has arrived is seen while it is sent', async ({ page, wire, disk }) => {
  const files = [await disk.screenshot('one.png'), await disk.screenshot('two.png'), await disk.screenshot('three.png'), await disk.screenshot('four.png')]
  await openApp(page)
  await attach(page, ...files)
  await expectSaved(page, files)

  wire.slow(true)
  await sendButton(page).click()
  await expect(sent(page).getByRole('progressbar')).toBeVisible()
  await expect(sent(page)).toContainText(/Sending… \d+ %/)
  wire.slow(false)

  await expectAccepted(page)
  expect(await servedHashes(page)).toEqual(files.map(({ sha256 }) => sha256))
})

test('a session begun without a connection is the same one when the server hears of it', async ({ page, server, wire }) => {
  await openApp(page)
  await page.waitForLoadState('networkidle') // the parts of the app that come after the first load are here
  await server.kill()
  await expect(connection(page)).toHaveText(/Reconnecting|Offline/)
  await newSession(page).click()
  const id = sessionId(page)
  await textbox(page).fill('begun in a tunnel')
  await sendButton(page).click()
  await expect(sent(page)).toContainText('Waiting')
  await expect(sessions(page).getByRole('link').filter({ hasText: 'begun in a tunnel' }).first()).toBeVisible()

  await server.restart()

  await expectAccepted(page)
  expect(sessionId(page)).toBe(id)
  expect(await getSent(page, id)).toMatchObject([{ sessionId: id, text: 'begun in a tunnel' }])
  expect(wire.cuts()).toBe(0)
})

test('a tab that is opened or reloaded in the middle of an answer, 80 ms from the server, loses and doubles no word', async ({ page, context, wire }) => {
  const words = Array.from({ length: 3000 }, (_, i) => `w${i}`)
  await openApp(page)
  const session = sessionId(page)
  await textbox(page).fill(words.join(' '))
  await sendButton(page).click()
  await expectAccepted(page)
  wire.delay(80)

  const tabs = [page, await context.newPage(), await context.newPage()]
  const seen = tabs.map(() => [] as string[])
  /** What stands there, from the first word of the text on; the answer quotes it. */
  const look = async (tab: Page) => await answers(tab).evaluateAll(all => /w0 .*/s.exec(all.at(-1)?.textContent ?? '')?.[0] ?? '').catch(() => '')
  let done = false
  const looking = tabs.map(async (tab, i) => {
    while (!done)
      seen[i]?.push(await look(tab))
  })
  await Promise.all(tabs.map(tab => tab.goto(`/session/${session}`)))
  await tabs[2]?.reload()
  await Promise.all(tabs.map(tab => expectAgentDone(tab)))
  // A tab that was just opened shows the words said so far before it hears that more are to come.
  await Promise.all(tabs.map(async tab => await expect.poll(async () => wordsOf(await look(tab)).length).toBe(words.length)))
  done = true
  await Promise.all(looking)

  for (const shown of seen)
    expect(new Set(shown.flatMap(misplaced))).toEqual(new Set())
})

const wordsOf = (text: string) => text.match(/w\d+/g) ?? []

/** The first word that does not follow on the one before; the last one may be half there. */
const misplaced = (text: string) => wordsOf(text).slice(0, -1).filter((word, i) => word !== `w${i}`).slice(0, 1)
