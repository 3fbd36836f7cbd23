import { dropFiles } from '../e2e/doors.ts'
import { alternate } from './alternate.ts'
import type { Bench, Measured, Side } from './bench.ts'
import type { Row } from './table.ts'
import { writeScreenshots } from './screenshots.ts'
import { heapBytes } from './spent.ts'

const COUNT = 12
const MB = 1e6

/** About 1.8 MB each. */
const SCREENSHOT = { width: 1920, height: 1080, photoRows: 600 }
/** Twelve of them are 30 kB and 30 MB. */
const SMALL = { width: 160, height: 120, photoRows: 0 }
const LARGE = { width: 1920, height: 1080, photoRows: 840 }

/** Twelve screenshots, from the drop until all are drawn and safe, and until they can be sent. */
export async function attaching(bench: Bench): Promise<Row[]> {
  const files = await writeScreenshots(bench.files, 'Screenshot', COUNT, SCREENSHOT)
  const measure = (side: Side) => async () => {
    const measured = await bench.open(side)
    const { page } = measured
    const before = await heapBytes(measured.cdp)
    await page.evaluate(() => probe.watchGaps())
    const began = await bench.processorTime()
    await drop(measured, files)
    const processor = await bench.processorTime() - began
    const result = await page.evaluate((count) => {
      const [from, drawn, ready] = [probe.given!, probe.drawn[count]!, probe.ready[count]!]
      return { drawn: drawn - from, ready: ready - from, gap: probe.longestGap(from, ready) }
    }, COUNT)
    const heap = (await heapBytes(measured.cdp) - before) / MB
    await refuseLess(measured)
    await measured.leave()
    return { ...result, processor, heap }
  }
  const { app, floor, uppy } = await alternate(bench.runs, { app: measure('app'), floor: measure('floor'), uppy: measure('uppy') })
  return [
    { work: 'Twelve screenshots, drop to drawn and safe', unit: 'ms', floor: floor.drawn, app: app.drawn, target: '<= 1.5 x floor', reached: (app, floor) => app <= 1.5 * floor },
    { work: '  the same (floor: Uppy with Golden Retriever)', unit: 'ms', floor: uppy.drawn, app: app.drawn, target: '<= 2/3 of it', reached: (app, uppy) => app <= 2 / 3 * uppy },
    { work: 'Drop to Send enabled', unit: 'ms', floor: floor.ready, app: app.ready, target: '<= 3 x floor', reached: (app, floor) => app <= 3 * floor },
    { work: 'Processor time of the whole browser until then', unit: 'ms', floor: floor.processor, app: app.processor, target: '<= 2.5 x floor', reached: (app, floor) => app <= 2.5 * floor },
    { work: 'Longest gap of the main thread until then', unit: 'ms', floor: floor.gap, app: app.gap, target: '<= floor, or 50', reached: (app, floor) => app <= Math.max(50, floor) },
    { work: 'JavaScript heap of the page after it, above empty', unit: 'MB', floor: floor.heap, app: app.heap, target: '<= 10', reached: app => app <= 10 },
  ]
}

/** Twelve screenshots, from the reload until all are drawn again; and the same with little and with much in them. */
export async function reloading(bench: Bench): Promise<Row[]> {
  const [usual, small, large] = await Promise.all([
    writeScreenshots(bench.files, 'Screenshot', COUNT, SCREENSHOT),
    writeScreenshots(bench.files, 'Small', COUNT, SMALL),
    writeScreenshots(bench.files, 'Large', COUNT, LARGE),
  ])
  const measure = (side: 'app' | 'floor', files: readonly string[]) => async () => {
    const measured = await bench.open(side)
    await drop(measured, files)
    await measured.page.reload()
    const time = await drawn(measured)
    await measured.leave()
    return { time }
  }
  const { app, floor, ...of } = await alternate(bench.runs, {
    app: measure('app', usual),
    floor: measure('floor', usual),
    small: measure('app', small),
    large: measure('app', large),
  })
  return [
    { work: 'Reload to all twelve drawn', unit: 'ms', floor: floor.time, app: app.time, target: '<= floor', reached: (app, floor) => app <= floor },
    { work: 'Reload with 30 MB of drafts (floor: with 30 kB)', unit: 'ms', floor: of.small.time, app: of.large.time, target: 'within 20 %', reached: (large, small) => Math.abs(large / small - 1) <= 0.2 },
  ]
}

/** Until they can be sent. */
export async function drop({ page }: Measured, files: readonly string[]): Promise<void> {
  await dropFiles(page, files)
  await page.waitForFunction(count => probe.drawn[count] && probe.ready[count], files.length, { polling: 50, timeout: 120_000 })
}

/** When all thumbnails were drawn, in milliseconds since the navigation. */
async function drawn({ page }: Measured): Promise<number> {
  await page.waitForFunction(count => probe.drawn[count], COUNT, { polling: 50, timeout: 120_000 })
  return page.evaluate(count => probe.drawn[count]!, COUNT)
}

/** What is called safe is in the database, past the app. */
async function refuseLess({ page }: Measured) {
  const saved = await page.evaluate(async () => {
    const resultOf = (request: IDBRequest) => new Promise<unknown>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    const [{ name }] = await indexedDB.databases() as [{ name: string }]
    const db = await resultOf(indexedDB.open(name)) as IDBDatabase
    const store = ['draftMedias', 'files'].find(store => db.objectStoreNames.contains(store))!
    const count = await resultOf(db.transaction(store).objectStore(store).count())
    db.close()
    return count
  })
  if (saved !== COUNT)
    throw new Error(`${String(saved)} of ${COUNT} files are in the database, although all were called safe`)
}
