import { setImmediate as yieldToEventLoop } from 'node:timers/promises'

/** Each call resolves in a turn of the event loop of its own: what many do at a stretch then is not done at one. */
export function createApart(): () => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  return () => last = last.then(() => yieldToEventLoop())
}
