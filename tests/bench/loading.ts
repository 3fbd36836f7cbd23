import { gzipSync } from 'node:zlib'
import type { Response } from '@playwright/test'
import { textbox } from '../e2e/app.ts'
import type { Bench } from './bench.ts'
import type { Row } from './table.ts'

const KB = 1000

interface Script { name: string, kilobytes: number }

/** Milliseconds that every script takes which the page itself does not name: the composer waits for those that it needs. */
const LATENCY = 2000

/** The JavaScript that has to arrive until one can write. What is asked for meanwhile, and not waited for, keeps nobody waiting. */
export async function loading({ context, url }: Bench): Promise<Row[]> {
  const page = await context.newPage()
  const responses: Response[] = []
  page.on('response', response => response.request().resourceType() === 'script' && responses.push(response))
  await page.addInitScript(noteComposer)
  const html = await (await context.request.get(url)).text()
  await page.route(/\.js$/, async (route) => {
    if (!html.includes(new URL(route.request().url()).pathname))
      await new Promise(resolve => setTimeout(resolve, LATENCY))
    await route.continue()
  })
  await page.goto(url)
  await textbox(page).waitFor()
  await page.waitForLoadState('networkidle')
  const earlier = new Set(await page.evaluate(arrivedBeforeComposer))
  const needed = new Set(responses.filter(response => earlier.has(response.url())))
  const workers = page.workers().map(worker => worker.url())
  const ofPage = responses.filter(response => !workers.includes(response.url()))

  const before = await weigh(ofPage.filter(response => needed.has(response)))
  const later = await weigh(ofPage.filter(response => !needed.has(response)))
  const worker = await weigh(responses.filter(response => workers.includes(response.url())))
  await page.close()
  const row = (work: string, scripts: readonly Script[]): Row =>
    ({ work, unit: 'kB', app: [scripts.reduce((total, { kilobytes }) => total + kilobytes, 0)] })
  return [
    { ...row('JavaScript before the composer can be used, gzip', before), target: '<= 120', reached: app => app <= 120 },
    ...before.map(script => row(`  ${script.name}`, [script])),
    row('  loaded after that without being asked for', later),
    row('  its worker', worker),
  ]
}

/** Runs in the page, which knows the moment better than somebody who asks now and then. */
function noteComposer() {
  new MutationObserver((_, observer) => {
    if (!document.querySelector('textarea'))
      return
    performance.mark('composer')
    observer.disconnect()
  }).observe(document, { childList: true, subtree: true })
}

function arrivedBeforeComposer(): string[] {
  const [composer] = performance.getEntriesByName('composer')
  return performance.getEntriesByType('resource').filter(entry => (entry as PerformanceResourceTiming).responseEnd < composer!.startTime).map(({ name }) => name)
}

function weigh(responses: readonly Response[]): Promise<Script[]> {
  return Promise.all(responses.map(async response => ({
    name: new URL(response.url()).pathname.split('/').at(-1)!,
    kilobytes: gzipSync(await response.body()).length / KB,
  })))
}
