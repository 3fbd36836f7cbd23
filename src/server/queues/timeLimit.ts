import { refusal } from '../errors/problems.ts'

/** Between two looks at the clock. */
const LOOK_MS = 1000

/**
 * Aborts work that takes too long, with what is to be said. Time in which it may not go on does not count.
 * @returns how to end that
 */
export function limitTime(controller: AbortController, { milliseconds, isPaused }: { milliseconds: number, isPaused: () => boolean }): () => void {
  const lookMs = Math.min(LOOK_MS, milliseconds)
  let worked = 0
  const looking = setInterval(() => {
    if (isPaused())
      return
    worked += lookMs
    if (worked >= milliseconds)
      controller.abort(tooLong(milliseconds))
  }, lookMs)
  looking.unref()
  return () => clearInterval(looking)
}

function tooLong(milliseconds: number) {
  const minutes = Math.max(1, Math.round(milliseconds / 60_000))
  return refusal(504, 'turn_too_long', `This answer took longer than the ${minutes === 1 ? 'minute' : `${minutes} minutes`} that one may take, and was ended. What was said is kept. Ask for less at once, or for the rest.`)
}
