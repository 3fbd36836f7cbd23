import { setTimeout as pause } from 'node:timers/promises'

/** How long a source that was told to stop may take to clean up. */
const LEAVE_MS = 5000

/**
 * What comes until the signal aborts. The source may then take its time to end: `onLeaving` gets a promise
 * that resolves when it has, or when it has had time enough; what it says meanwhile is late.
 */
export async function* untilAborted<Item>(
  source: AsyncIterable<Item>,
  signal: AbortSignal,
  onLeaving: (left: Promise<unknown>) => void,
  onLate: (item: Item) => void = () => {},
): AsyncGenerator<Item> {
  if (signal.aborted)
    return
  const iterator = source[Symbol.asyncIterator]()
  const aborted = new Promise<'aborted'>(resolve => signal.addEventListener('abort', () => resolve('aborted'), { once: true }))
  for (;;) {
    const step = iterator.next()
    const next = await Promise.race([step, aborted])
    if (next === 'aborted') {
      const left = leave(iterator, step, onLate).catch(() => undefined) // being stopped is often told as an error, and nobody asks any more
      return onLeaving(Promise.race([left, pause(LEAVE_MS, undefined, { ref: false })]))
    }
    if (next.done)
      return
    yield next.value
  }
}

async function leave<Item>(iterator: AsyncIterator<Item>, begun: Promise<IteratorResult<Item>>, onLate: (item: Item) => void) {
  const end = Date.now() + LEAVE_MS
  for (let step = await begun; !step.done && Date.now() < end; step = await iterator.next())
    onLate(step.value)
  await iterator.return?.()
}
