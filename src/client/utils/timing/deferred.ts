/** A promise, and what fulfils it. */
export function deferred(): { promise: Promise<void>, resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((fulfil) => { resolve = fulfil })
  return { promise, resolve }
}
