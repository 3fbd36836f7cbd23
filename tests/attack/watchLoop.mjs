// Loaded into the attacked server before it begins: tells how long its event loop was blocked at a stretch, and how much
// of the processor that took. The clock alone says little on a machine on which other things run, too.
import { readFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const EVERY_MS = 10
const TELL_MS = 250
const NANOSECONDS = 1e6

/** Milliseconds of a processor that this thread has used. */
const processorMs = () => Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / NANOSECONDS

if (isMainThread && process.send) {
  const longest = { blockedMs: 0, processorMs: 0 }
  let [then, used] = [performance.now(), processorMs()]
  setInterval(() => {
    const [now, uses] = [performance.now(), processorMs()]
    longest.blockedMs = Math.max(longest.blockedMs, now - then - EVERY_MS)
    longest.processorMs = Math.max(longest.processorMs, uses - used);
    [then, used] = [now, uses]
  }, EVERY_MS).unref()
  process.on('message', () => Object.assign(longest, { blockedMs: 0, processorMs: 0 })) // the attack begins
  setInterval(() => process.send(longest, () => undefined), TELL_MS).unref()
  process.channel.unref()
}
