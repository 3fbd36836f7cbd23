import { textbox } from '../e2e/app.ts'
import { alternate } from './alternate.ts'
import { drop } from './attaching.ts'
import type { Bench } from './bench.ts'
import type { Row } from './table.ts'
import { writeScreenshots } from './screenshots.ts'
import { quantile } from './statistics.ts'

const TEXT = 'The quick brown fox jumps over the lazy dog, and nobody waits for the words to appear. '.repeat(2)
/** Between two keys, in milliseconds: a fast typist's, and no multiple of a frame. */
const PAUSE = 45

/** From each key to the frame that shows its letter, beside 30 MB of files; the floor is an empty page's text field. */
export async function typing(bench: Bench): Promise<Row[]> {
  const files = await writeScreenshots(bench.files, 'Staged', 12, { width: 1920, height: 1080, photoRows: 840 })
  const measure = (side: 'app' | 'floor') => async () => {
    const measured = await bench.open(side)
    const { page } = measured
    if (side === 'app')
      await drop(measured, files)
    await textbox(page).focus()
    await page.keyboard.type(TEXT, { delay: PAUSE })
    await page.waitForFunction(count => probe.keystrokes.length >= count, TEXT.length)
    const latency = await page.evaluate(() => probe.keystrokes)
    await measured.leave()
    return { middle: quantile(latency, 0.5), high: quantile(latency, 0.95) }
  }
  const { app, floor } = await alternate(bench.runs, { app: measure('app'), floor: measure('floor') })
  return [
    { work: 'Typing with 30 MB staged, key to paint, 95th percentile', unit: 'ms', floor: floor.high, app: app.high, target: '<= 16', reached: app => app <= 16 },
    { work: '  the same, median', unit: 'ms', floor: floor.middle, app: app.middle },
  ]
}
