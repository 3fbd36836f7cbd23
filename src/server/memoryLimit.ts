import { setFlagsFromString } from 'node:v8'

/** By so much of what is in use the heap grows before it is looked for what is not used any more. */
const GROWTH_PERCENT = 25

/** By itself the engine lets it grow to four times of what is in use: gigabytes, where many send and are told much. */
export function keepHeapSmall() {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`)
}
