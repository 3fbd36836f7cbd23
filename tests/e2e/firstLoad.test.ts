import { gzipSync } from 'node:zlib'
import { expect, test } from './satchel.ts'

const MOST_BYTES = 120_000

test('nobody waits for more than 120 kB of scripts before they can write', async ({ request }) => {
  const page = await (await request.get('/')).text()
  const addresses = Array.from(page.matchAll(/(?:src|href)="([^"]+\.js)"/g), ([, address]) => address ?? '')
  const scripts = await Promise.all(addresses.map(async address => gzipSync(await (await request.get(address)).body()).length))

  expect(scripts.length).toBeGreaterThan(0)
  expect(scripts.reduce((total, bytes) => total + bytes, 0)).toBeLessThan(MOST_BYTES)
})

test('a page that comes again asks the server for nothing of the app but itself', async ({ page }) => {
  await page.goto('/')
  await page.waitForLoadState('networkidle')
  await page.reload()
  await page.waitForLoadState('networkidle')

  const files = await page.evaluate(() => (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
    .filter(({ name }) => /\.(?:js|css|svg)$/.test(name)).map(({ name, transferSize }) => ({ name, transferSize })))
  expect(files.length).toBeGreaterThan(2)
  expect(files.filter(({ transferSize }) => transferSize > 0)).toEqual([])
})
