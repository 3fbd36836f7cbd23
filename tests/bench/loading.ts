import { gzipSync } from 'node:zlib'
import type { Response } from '@playwright/test'
import { textbox } from '../e2e/app.ts'
import type { Bench } from './bench.ts'
import type { Row } from './table.ts'

const KB = 1000

interface Script { name: string, kilobytes: number }

/** The JavaScript that a page loads until one can write in it. What comes after that does not keep anybody waiting. */
export async function loading({ context, url }: Bench): Promise<Row[]> {
  const page = await context.newPage()
  const responses: Response[] = []
  page.on('response', response => response.request().resourceType() === 'script' && responses.push(response))
  await page.goto(url)
  await textbox(page).waitFor()
  const needed = new Set(responses)
  await page.waitForLoadState('networkidle')
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

function weigh(responses: readonly Response[]): Promise<Script[]> {
  return Promise.all(responses.map(async response => ({
    name: new URL(response.url()).pathname.split('/').at(-1)!,
    kilobytes: gzipSync(await response.body()).length / KB,
  })))
}
