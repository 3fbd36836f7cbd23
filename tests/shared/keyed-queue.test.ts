import { expect, test } from 'vitest'
import { createKeyedQueue } from '../../src/shared/keyedQueue.ts'

function deferred() {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((done) => { resolve = done })
  return { promise, resolve }
}

function noting() {
  const seen: string[] = []
  const work = (name: string, ends: Promise<unknown> = Promise.resolve()) => async () => {
    seen.push(`${name} begins`)
    await ends
    seen.push(`${name} ends`)
    return name
  }
  return { seen, work }
}

test('where nothing is under way the work begins before the caller goes on', async () => {
  const queue = createKeyedQueue()
  const { seen, work } = noting()
  const done = queue.run('a', work('first'))
  expect(seen).toEqual(['first begins'])
  expect(await done).toBe('first')
})

test('the work of one key waits for what was asked before it, that of another does not', async () => {
  const queue = createKeyedQueue()
  const { seen, work } = noting()
  const first = deferred()
  const all = [queue.run('a', work('first', first.promise)), queue.run('a', work('second')), queue.run('b', work('other'))]
  await all[2]
  expect(seen).toEqual(['first begins', 'other begins', 'other ends'])
  first.resolve()
  await Promise.all(all)
  expect(seen.slice(3)).toEqual(['first ends', 'second begins', 'second ends'])
})

test('work that itself asks for more of its key is over before that begins', async () => {
  const queue = createKeyedQueue()
  const { seen, work } = noting()
  let inner: Promise<string> | undefined
  await queue.run('a', async () => {
    inner = queue.run('a', work('inner'))
    await work('outer')()
  })
  await inner
  expect(seen).toEqual(['outer begins', 'outer ends', 'inner begins', 'inner ends'])
})

test('work that fails, at once or later, fails for whoever asked for it, and the next one runs', async () => {
  const queue = createKeyedQueue()
  const { work } = noting()
  const atOnce = queue.run('a', () => { throw new Error('at once') })
  const later = queue.run('a', () => Promise.reject(new Error('later')))
  const next = queue.run('a', work('next'))
  await expect(atOnce).rejects.toThrow('at once')
  await expect(later).rejects.toThrow('later')
  expect(await next).toBe('next')
})

test('it is idle when all that was asked for until then is done', async () => {
  const queue = createKeyedQueue()
  const { seen, work } = noting()
  const held = deferred()
  void queue.run('a', work('first', held.promise))
  void queue.run('a', work('second'))
  const idle = queue.whenIdle().then(() => seen.push('idle'))
  held.resolve()
  await idle
  expect(seen.at(-1)).toBe('idle')
  expect(seen).toContain('second ends')
})
