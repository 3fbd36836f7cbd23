import { expect, onTestFinished, test } from 'vitest'
import { createImageDecoder } from '../../src/server/inspection/decoders/images.ts'
import { createPdfInspector } from '../../src/server/inspection/pdf.ts'
import { createFairQueue } from '../../src/server/queues/fairQueue.ts'
import { heavyPngs, slowPdf } from '../helpers/hostileFiles.ts'
import { pdfBytes, pngBytes } from '../helpers/images.ts'
import { openServer } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'

const ticks = () => new Promise(resolve => setImmediate(resolve))

test('whoever brings one work waits for one of another\'s hundred, not for all', async () => {
  const queue = createFairQueue({ atOnce: 1, perKey: 1 })
  const order: string[] = []
  const bring = (key: string) => queue.run(key, async () => {
    order.push(key)
    await ticks()
  })

  const all = [bring('many'), bring('many'), bring('many'), bring('one'), bring('two'), bring('many')]
  expect(queue.waiting).toBe(5)
  await Promise.all(all)

  expect(order).toEqual(['many', 'many', 'one', 'two', 'many', 'many'])
  expect(queue.running).toBe(0)
})

test('one key never takes every place, and what it left is used by the next', async () => {
  const queue = createFairQueue({ atOnce: 3, perKey: 2 })
  const ends = await Promise.all([queue.acquire('a'), queue.acquire('a')])
  const third = queue.acquire('a')
  expect(queue.isFull('a')).toBe(true)
  expect(queue.isFull('b')).toBe(false)
  const other = await queue.acquire('b')
  expect(queue.running).toBe(3)

  ends[0]()
  ends[0]() // ends once
  ;(await third)()
  ends[1]()
  other()
  expect(queue.running).toBe(0)
})

test('who gives up waiting is out of the queue, and work that fails makes room', async () => {
  const queue = createFairQueue({ atOnce: 1, perKey: 1 })
  const end = await queue.acquire('a')
  const leaving = new AbortController()
  const left = queue.acquire('b', leaving.signal)
  leaving.abort(new Error('left'))
  await expect(left).rejects.toThrow('left')
  expect(queue.waiting).toBe(0)
  end()

  await expect(queue.run('a', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  expect(queue.running).toBe(0)
})

test('a tenant\'s PDFs that take for ever do not make another tenant wait', async () => {
  const pdfs = createPdfInspector({ timeLimit: 60_000 })
  onTestFinished(() => pdfs.close())
  const hostile = slowPdf(60, 400_000)
  let over = 0
  const slow = Array.from({ length: 3 }, () => pdfs.inspect(hostile, 'eve').then(() => over++, () => over++))

  expect(await pdfs.inspect(pdfBytes({ pages: 2 }), 'ivy')).toEqual({ pages: 2 })
  expect(over, 'the slow ones are still being opened').toBe(0)

  await pdfs.close()
  await Promise.all(slow)
})

test('a picture that takes more memory than one may is refused, and the process that dies over it takes nobody with it', async () => {
  const images = createImageDecoder({ processBytes: 200 * 1024 * 1024 })
  onTestFinished(() => images.close())
  const side = 6000
  const [heavy] = heavyPngs(1, { width: side, height: side, alpha: true }) // 288 MB when it is decoded
  const large = Buffer.from(pngBytes({ width: 2500, height: 2000, colour: 'white' }))

  const [refused, taken] = await Promise.all([images.decode('eve', heavy!, side * side), images.decode('ivy', large, 5_000_000)])
  expect(refused).toBeUndefined()
  expect(taken).toEqual({ isDamaged: false })
  expect(await images.decode('eve', large, 5_000_000)).toEqual({ isDamaged: false })
  expect(await images.decode('eve', large.subarray(0, large.length / 2), 5_000_000)).toEqual({ isDamaged: true })
})

test('pictures with far more pixels than a message may have are refused before any is decoded', async () => {
  const server = await openServer()
  await server.request('/api/sessions', json({ id: 'one' }))
  const hollow = heavyPngs(5, { hollow: true })

  const response = await server.request('/api/sessions/one/messages', form({}, hollow.map((bytes, i) => file(`${i}.png`, bytes, 'image/png'))))

  expect(response.status).toBe(413)
  expect(await response.json()).toMatchObject({ code: 'message_too_large', detail: expect.stringContaining('480 million') })
})
