import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { createDecoderPool } from '../../src/server/inspection/decoders/decoderPool.ts'
import { startPdfThread } from '../../src/server/inspection/decoders/pdfThread.ts'
import { createPdfInspector, type PdfInspectorOptions } from '../../src/server/inspection/pdf.ts'
import { eventually } from '../helpers/eventually.ts'
import { pdfBytes } from '../helpers/images.ts'
import { PATIENCE_MS } from '../helpers/patience.ts'
import { bombPdf, certificatePdf, encryptedPdf, hollowPdf, pagelessPdf, repairablePdf } from '../helpers/pdfs.ts'

const shared = createPdfInspector()
afterAll(() => shared.close())

test('opening PDFs says nothing on the console', async () => {
  const spies = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error'), vi.spyOn(process.stderr, 'write')]

  await shared.inspect(hollowPdf())

  for (const spy of spies)
    expect(spy).not.toHaveBeenCalled()
})

function openInspector(options?: PdfInspectorOptions) {
  const inspector = createPdfInspector(options)
  onTestFinished(() => inspector.close())
  return inspector
}

test.each([1, 4, 101])('the pages of a PDF are counted: %i', async (pages) => {
  expect(await shared.inspect(pdfBytes({ pages }))).toEqual({ pages })
})

test('a PDF that viewers repair is fine', async () => {
  expect(await shared.inspect(repairablePdf())).toEqual({ pages: 1 })
})

test('a PDF that opens without a password is taken, and known to restrict what may be done with it', async () => {
  expect(await shared.inspect(encryptedPdf())).toEqual({ pages: 1, restricted: true })
})

test.each([
  ['needs a password', encryptedPdf('secret')],
  ['is encrypted for certain people', certificatePdf()],
])('a PDF that %s is told apart from a damaged one', async (_, bytes) => {
  expect(await shared.inspect(bytes)).toBe('encrypted')
})

test.each([
  ['holds nothing', hollowPdf()],
  ['promises pages that are not there', pagelessPdf()],
  ['ends in the middle', pdfBytes({ pages: 4 }).slice(0, 200)],
])('a PDF that %s is broken', async (_, bytes) => {
  expect(await shared.inspect(bytes)).toBe('broken')
})

test('the bytes that were looked at are still there afterwards', async () => {
  const bytes = pdfBytes({ pages: 2 })

  await shared.inspect(bytes)

  expect(bytes).toEqual(pdfBytes({ pages: 2 }))
})

test('PDFs that arrive together all get their own answer', async () => {
  const answers = await Promise.all([1, 2, 3].map(pages => shared.inspect(pdfBytes({ pages }))))

  expect(answers).toEqual([{ pages: 1 }, { pages: 2 }, { pages: 3 }])
})

test('a PDF that unfolds without end costs neither the memory of the server nor the next PDF', async () => {
  const { inspect } = openInspector({ timeLimit: 2000 })
  await inspect(pdfBytes())
  const before = process.memoryUsage.rss()
  let most = 0
  const watch = setInterval(() => { most = Math.max(most, process.memoryUsage.rss()) }, 10)

  const [hostile, next] = [inspect(bombPdf(200)), inspect(pdfBytes())]

  expect(await hostile).toBe('broken')
  clearInterval(watch)
  expect(most - before).toBeLessThan(250 * 1024 * 1024)
  expect(await next).toEqual({ pages: 1 })
})

test('the thread is given back when there is nothing to do, and there again when there is', async () => {
  const threads: Awaited<ReturnType<typeof startPdfThread>>[] = []
  const start = async () => {
    threads.push(await startPdfThread())
    return threads.at(-1)!
  }
  const pool = createDecoderPool({ start, atOnce: 1, perTenant: 1, timeLimit: PATIENCE_MS, idleLimit: 1 })
  onTestFinished(() => pool.close())

  for (const count of [1, 2]) {
    expect(await pool.ask('', { bytes: pdfBytes() })).toEqual({ facts: { pages: 1 } })
    expect(threads).toHaveLength(count)
    await eventually(() => threads.at(-1)?.hasEnded()).toBe(true)
  }
})

test('a server that closes leaves no PDF unanswered', async () => {
  const inspector = createPdfInspector()
  const waiting = inspector.inspect(bombPdf(100))
  const answer = expect(waiting).rejects.toThrow('closing')
  await inspector.close()

  await answer
  await expect(inspector.inspect(pdfBytes())).rejects.toThrow('closing')
})
