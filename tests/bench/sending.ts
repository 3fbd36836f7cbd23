import { sendButton } from '../e2e/app.ts'
import { alternate } from './alternate.ts'
import { drop } from './attaching.ts'
import type { Bench } from './bench.ts'
import type { Row } from './table.ts'
import { writeScreenshots } from './screenshots.ts'

/** As base64 eight of them are 29.5 MB, just below the limit. */
const SCREENSHOT = { width: 1920, height: 1080, photoRows: 980 }
const COUNT = 8

/** Milliseconds after the last picture can be sent in which a person finds the button. */
const LATER = 1000

/**
 * From the click on "Send" until the server has accepted the message: pressed as soon as it can be, and a second later.
 * The floor answers a frame that it has in memory; what is durable, as the app's message is, is the other floor.
 */
export async function sending(bench: Bench): Promise<Row[]> {
  const files = await writeScreenshots(bench.files, 'Sent', COUNT, SCREENSHOT)
  let frameBytes = 30e6

  const app = (wait: number) => async () => {
    const measured = await bench.open('app')
    const { page } = measured
    await drop(measured, files)
    await page.waitForTimeout(wait)
    await page.evaluate(() => probe.watchGaps())
    await sendButton(page).click()
    await page.waitForFunction(() => probe.accepted, undefined, { polling: 50, timeout: 60_000 })
    const result = await page.evaluate(async () => {
      const [from, to] = [probe.clicked!, probe.accepted!]
      const shown = await probe.nextFrame()
      return { time: to - from, gap: probe.longestGap(from, shown), bytes: probe.frameBytes ?? 0 }
    })
    frameBytes = result.bytes || frameBytes
    await measured.leave()
    return result
  }

  const floor = (path: string, name: string) => async () => {
    const measured = await bench.open('floor')
    const { page } = measured
    await page.evaluate(([path, bytes]) => stage(path, bytes), [path, frameBytes] as const)
    await page.evaluate(() => probe.watchGaps())
    await page.getByRole('button', { name, exact: true }).click()
    await page.waitForFunction(() => probe.accepted, undefined, { polling: 50, timeout: 60_000 })
    const result = await page.evaluate(() => {
      const [from, to] = [probe.clicked!, probe.accepted!]
      return { time: to - from, gap: probe.longestGap(from, to) }
    })
    await measured.leave()
    return result
  }

  const samples = await alternate(bench.runs, { app: app(0), later: app(LATER), received: floor('/received', 'Send'), durable: floor('/durable', 'Send durably') })
  const size = `${(frameBytes / 2 ** 20).toFixed(1)} MB`
  return [
    { work: `Send of ${size}, click to accepted`, unit: 'ms', floor: samples.received.time, app: samples.app.time, target: '<= 1.5 x floor', reached: (app, floor) => app <= 1.5 * floor },
    { work: '  pressed a second later, as people do', unit: 'ms', floor: samples.received.time, app: samples.later.time, target: '<= 1.5 x floor', reached: (app, floor) => app <= 1.5 * floor },
    { work: '  the same, with a floor that writes it to the disk, too', unit: 'ms', floor: samples.durable.time, app: samples.later.time },
    { work: 'Longest gap of the main thread during it', unit: 'ms', floor: samples.received.gap, app: samples.app.gap, target: '<= 50', reached: app => app <= 50 },
  ]
}
