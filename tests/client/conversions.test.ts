import { expect, test } from 'vitest'
import { createConversions, type ConversionAnswer } from '../../src/client/workers/conversion/conversions.ts'

/** Workers that answer when they are told to. Chromium's own are in the journeys. */
function openConversions() {
  const workers: { answer: (answer: ConversionAnswer) => void, fail: (message: string) => void, ended: boolean, asked: number }[] = []

  function start() {
    const events = new EventTarget()
    const state = {
      answer: (data: ConversionAnswer) => void events.dispatchEvent(new MessageEvent('message', { data })),
      fail: (message: string) => void events.dispatchEvent(new ErrorEvent('error', { message })),
      ended: false,
      asked: 0,
    }
    workers.push(state)
    return Object.assign(events, { postMessage: () => { state.asked++ }, terminate: () => { state.ended = true } }) as unknown as Worker
  }

  const { convert } = createConversions({ start, most: 2 })
  const begin = () => {
    const ending = new AbortController()
    const outcome = convert({ name: 'HEIC', bytes: new Uint8Array() }, ending.signal).then(({ width }) => width, (error: Error) => error.name === 'Error' ? error.message : error.name)
    return { outcome, remove: () => ending.abort() }
  }
  return { workers, begin }
}

const picture = (width: number): ConversionAnswer => ({ decoded: { bitmap: {} as ImageBitmap, width, height: 1 } })
const nextTask = () => new Promise(resolve => setTimeout(resolve))

test('two photos are converted side by side, the third waits and uses a worker again', async () => {
  const { workers, begin } = openConversions()
  const [first, , third] = [begin(), begin(), begin()]
  await nextTask()
  expect(workers.map(({ asked }) => asked)).toEqual([1, 1])

  workers[0]!.answer(picture(1))
  expect(await first.outcome).toBe(1)
  await nextTask()
  workers[0]!.answer(picture(3))

  expect(await third.outcome).toBe(3)
  expect(workers).toHaveLength(2)
})

test('a photo that is removed ends its conversion, and the one that waits begins', async () => {
  const { workers, begin } = openConversions()
  const [first, , third] = [begin(), begin(), begin()]
  await nextTask()

  first.remove()
  expect(await first.outcome).toBe('AbortError')
  expect(workers[0]!.ended).toBe(true)
  await nextTask()
  workers[2]!.answer(picture(3))

  expect(await third.outcome).toBe(3)
})

test('a photo that is removed while it waits never begins', async () => {
  const { workers, begin } = openConversions()
  const [first, second, third] = [begin(), begin(), begin()]
  await nextTask()

  third.remove()
  workers[0]!.answer(picture(1))
  workers[1]!.answer(picture(2))

  expect(await Promise.all([first.outcome, second.outcome, third.outcome])).toEqual([1, 2, 'AbortError'])
  expect(workers.map(({ asked }) => asked)).toEqual([1, 1])
})

test('a damaged photo, a broken worker and a server that is away are three different things, and the next photo is not harmed', async () => {
  const { workers, begin } = openConversions()
  const damaged = begin()
  await nextTask()
  workers[0]!.answer({ failure: 'no HEIC' })
  expect(await damaged.outcome).toBe('no HEIC')

  const broken = begin()
  await nextTask()
  workers[1]!.fail('out of memory')
  expect(await broken.outcome).toBe('out of memory')

  const away = begin()
  await nextTask()
  workers[2]!.fail('')
  expect(await away.outcome).toBe('MissingPartError')

  const lost = begin()
  await nextTask()
  workers[3]!.answer({ failure: 'its converter did not come', missing: { gone: true } })
  expect(await lost.outcome).toBe('MissingPartError')

  const next = begin()
  await nextTask()
  workers[4]!.answer(picture(4))
  expect(await next.outcome).toBe(4)
  expect(workers.map(({ ended }) => ended)).toEqual([true, true, true, true, false])
})
