import { expect, onTestFinished, test, vi } from 'vitest'
import { createRemote } from '../../src/client/workers/remote.ts'
import type { TaskAnswer, TaskRequest } from '../../src/client/workers/taskMessages.ts'
import { WorkerLostError } from '../../src/client/workers/workerLost.ts'

/** A worker in the hands of the test. */
class FakeWorker extends EventTarget {
  static all: FakeWorker[] = []
  asked: TaskRequest[] = []
  terminate = vi.fn()

  constructor() {
    super()
    FakeWorker.all.push(this)
  }

  postMessage(request: TaskRequest) {
    this.asked.push(request)
  }

  answer(request: TaskRequest, result: unknown) {
    this.dispatchEvent(Object.assign(new Event('message'), { data: [{ number: request.number, result } satisfies TaskAnswer] }))
  }

  fail(message?: string) {
    this.dispatchEvent(Object.assign(new Event('error'), { message }))
  }
}

function open(patience: number) {
  FakeWorker.all = []
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const onLost = vi.fn()
  const call = createRemote(() => new FakeWorker() as unknown as Worker, onLost, patience)
  return { call, onLost, workers: FakeWorker.all }
}

test('an error that nobody caught costs neither the files that only the worker has, nor the work under way', async () => {
  vi.useFakeTimers()
  onTestFinished(() => { vi.useRealTimers() })
  const { call, onLost, workers } = open(50)
  const first = call('attach', [])
  workers[0]!.answer(workers[0]!.asked[0]!, 'attached')
  expect(await first).toBe('attached')
  const second = call('open', [])

  workers[0]!.fail('out of luck')
  workers[0]!.answer(workers[0]!.asked[2]!, undefined) // it lives
  await vi.advanceTimersByTimeAsync(100)
  workers[0]!.answer(workers[0]!.asked[1]!, 'the bytes')

  expect(await second).toBe('the bytes')
  expect(workers).toHaveLength(1)
  expect(workers[0]!.terminate).not.toHaveBeenCalled()
  expect(onLost).not.toHaveBeenCalled()
})

test('a worker that answers no more is ended for good, those who wait are told, and the next request starts another', async () => {
  const { call, onLost, workers } = open(20)
  const first = call('attach', [])
  workers[0]!.answer(workers[0]!.asked[0]!, 'attached')
  await first
  const waiting = call('open', [])

  workers[0]!.fail('out of memory')
  await expect(waiting).rejects.toThrow(new WorkerLostError('out of memory'))
  await expect(waiting).rejects.toBeInstanceOf(WorkerLostError)

  expect(workers[0]!.terminate).toHaveBeenCalled()
  expect(onLost).toHaveBeenCalledOnce()
  const next = call('open', [])
  workers[1]!.answer(workers[1]!.asked[0]!, 'again')
  expect(await next).toBe('again')
})

test('a worker that could not be loaded tells so at once, and is not left behind', async () => {
  const { call, onLost, workers } = open(60_000)
  const waiting = call('attach', [])

  workers[0]!.fail()

  await expect(waiting).rejects.toThrow('could not be loaded: the server cannot be reached')
  expect(workers[0]!.terminate).toHaveBeenCalled()
  expect(onLost).not.toHaveBeenCalled() // it held nothing yet
})
