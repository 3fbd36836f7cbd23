import path from 'node:path'
import { textbox } from '../e2e/app.ts'
import { seedSession, seedSessions } from '../e2e/seeding.ts'
import { startServer } from '../e2e/serverProcess.ts'
import { alternate } from './alternate.ts'
import type { Bench, Measured } from './bench.ts'
import { heldBy, spentBy, type Held } from './spent.ts'
import { median, quantile } from './statistics.ts'
import type { Row } from './table.ts'

const SESSIONS = 1500
const MESSAGES = 5000
const LONG_TEXT = 'A sentence that stands in a long text, and there are many of them. '.repeat(4500)
const KEYS = 'what is typed at the end of it '.repeat(2)
const PAUSE = 45

const GROWING_SERVER = ['--import', 'tsx', path.join(import.meta.dirname, 'growingServer.ts')]
const ANSWER = { kilobytes: 200, seconds: 20 }

/** What a key costs in a conversation of which everything is there, beside a list of many; the floor is an empty page's text field with the same text. */
export async function longLists(bench: Bench): Promise<Row[]> {
  const server = await startServer()
  await seedSessions(server, SESSIONS)
  const session = await seedSession(server, 'A long one', MESSAGES)
  const sides = {
    app: await bench.open('app', `${server.url}/session/${session}`),
    floor: await bench.open('floor'),
  }
  const measure = (side: keyof typeof sides, text: string) => async () => {
    await sides[side].page.bringToFront()
    await textbox(sides[side].page).fill(text)
    return type(sides[side])
  }
  try {
    await readToTheStart(sides.app)
    const { app, floor, longApp, longFloor } = await alternate(bench.runs, {
      app: measure('app', ''), floor: measure('floor', ''), longApp: measure('app', LONG_TEXT), longFloor: measure('floor', LONG_TEXT),
    })
    await Promise.all([sides.app.leave(), sides.floor.leave()])
    const target = { target: '<= 1.5 x', reached: (app: number, floor: number) => app <= 1.5 * floor }
    const of = `at ${SESSIONS} sessions and ${MESSAGES} messages`
    return [
      { work: `Key press ${of}, key to paint`, unit: 'ms', floor: floor.paint, app: app.paint, ...target },
      { work: '  the same, processor time of the page', unit: 'ms', floor: floor.spent, app: app.spent },
      { work: '  the same, longest frame, where one took more than 50 ms', unit: 'ms', floor: floor.frame, app: app.frame },
      { work: `Key press in a text of ${Math.round(LONG_TEXT.length / 1000)} kB ${of}, key to paint`, unit: 'ms', floor: longFloor.paint, app: longApp.paint, ...target },
      { work: '  the same, processor time of the page', unit: 'ms', floor: longFloor.spent, app: longApp.spent },
      { work: '  the same, longest frame, where one took more than 50 ms', unit: 'ms', floor: longFloor.frame, app: longApp.frame },
    ]
  }
  finally {
    await server.remove()
  }
}

/** As somebody who scrolls up until there is nothing older. */
async function readToTheStart({ page }: Measured) {
  await page.bringToFront() // a page behind another one notices no scrolling
  await page.evaluate(async () => {
    const box = document.querySelector('[role="log"]')
    while (!box?.querySelector('article')?.textContent?.includes('Message 1.')) {
      box?.scrollTo(0, 0)
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    box.scrollTo(0, box.scrollHeight)
  })
}

async function type({ page, cdp }: Measured) {
  await textbox(page).focus()
  await page.keyboard.press('Control+End')
  const before = await page.evaluate(() => ({ keys: probe.keystrokes.length, at: performance.now() }))
  const spent = await spentBy(cdp)
  await page.keyboard.type(KEYS, { delay: PAUSE })
  await page.waitForFunction(count => probe.keystrokes.length >= count, before.keys + KEYS.length)
  const { seconds } = await spent()
  const typed = await page.evaluate(({ keys, at }) => ({ latency: probe.keystrokes.slice(keys), frame: probe.longestFrame(at, performance.now()) }), before)
  return { paint: quantile(typed.latency, 0.5), spent: seconds * 1000 / KEYS.length, frame: typed.frame }
}

/** What every tenth of a long answer costs the page while it comes in. */
export async function growing(bench: Bench): Promise<Row[]> {
  const server = await startServer({ program: GROWING_SERVER })
  try {
    const { app } = await alternate(Math.min(bench.runs, 3), { app: () => grow(bench, server.url) })
    return [
      {
        work: `Answer of ${ANSWER.kilobytes} kB growing for ${ANSWER.seconds} s: processor time per 10 kB, last quarter beside first`,
        unit: 'ms', floor: app.first, app: app.last, target: '<= 1.5 x', reached: (last, first) => last <= 1.5 * first,
      },
      { work: '  longest frame, where one took more than 50 ms', unit: 'ms', app: app.frame, target: '<= 50', reached: frame => frame <= 50 },
      { work: '  memory that the page keeps for 10 kB, last quarter beside first', unit: 'kB', floor: app.keptFirst, app: app.keptLast, target: '<= 1.5 x', reached: (last, first) => last <= 1.5 * first },
      { work: '  the same after all of it, beside its first 10 kB', unit: 'MB', floor: app.heldFirst, app: app.heldLast },
      { work: '  elements and texts of the document after all of it, beside its first 10 kB', unit: 'nodes', floor: app.nodesFirst, app: app.nodesLast },
    ]
  }
  finally {
    await server.remove()
  }
}

async function grow(bench: Bench, url: string) {
  const measured = await bench.open('app', url)
  const { page, cdp } = measured
  const received = () => page.evaluate(() => probe.received)
  await textbox(page).fill(`${ANSWER.kilobytes} kB in ${ANSWER.seconds} s`)
  await textbox(page).press('Enter')
  await page.locator('article[aria-label="Agent"] .markdown').waitFor()
  await page.waitForFunction(() => probe.received >= 10_000, undefined, { polling: 100 })
  const samples: number[] = []
  const holdings: (Held & { kilobytes: number })[] = []
  const frames: number[] = []
  /** All that the page no longer needs is collected for it, which holds the page up: those frames are not the answer's. */
  let weighed = Infinity
  const weigh = async () => {
    frames.push(await page.evaluate(since => probe.longestFrame(since, performance.now()), weighed))
    holdings.push({ ...await heldBy(cdp), kilobytes: await received() / 1000 })
    weighed = await page.evaluate(() => performance.now())
  }
  await weigh()
  while (await page.locator('[aria-label="Stop"]').count()) {
    const before = await received()
    const spent = await spentBy(cdp)
    await page.waitForFunction(amount => probe.received >= amount || !document.querySelector('[aria-label="Stop"]'), before + 10_000, { polling: 100 })
    const { seconds } = await spent()
    const kilobytes = (await received() - before) / 1000
    samples.push(seconds * 1000 / kilobytes * 10)
    if (await received() / 1000 > holdings.length * ANSWER.kilobytes / 4)
      await weigh()
  }
  samples.pop() // cut off by the end
  await weigh()
  process.stderr.write(`[${samples.map(Math.round).join(' ')}]`)
  await measured.leave()
  const quarter = Math.floor(samples.length / 4)
  const [first, last] = [samples.slice(0, quarter), samples.slice(-quarter)]
  const [start, end] = [holdings[0], holdings.at(-1)]
  return {
    first: median(first), last: median(last), frame: Math.max(...frames),
    keptFirst: keptFor10(holdings.slice(0, 2)), keptLast: keptFor10(holdings.slice(-2)),
    heldFirst: (start?.bytes ?? 0) / 1e6, heldLast: (end?.bytes ?? 0) / 1e6,
    nodesFirst: start?.nodes ?? 0, nodesLast: end?.nodes ?? 0,
  }
}

/** Kilobytes that were kept of 10 kilobytes of answer, between two looks. */
function keptFor10([before, after]: readonly (Held & { kilobytes: number })[]): number {
  return before && after ? (after.bytes - before.bytes) / 1000 / (after.kilobytes - before.kilobytes) * 10 : NaN
}
