/** Milliseconds between two reports: a ring that grows in steps of this looks steady. */
const REPORT_EVERY = 250
/** Milliseconds for the first pictures, until it is known how fast this device is: what is loaded first, then each million pixels. */
const STARTING = 800
let perMegapixel = 400

/**
 * Reports how far a conversion is, as the time tells: decoders say nothing of it themselves. It slows down
 * towards the end and is never there before it is.
 * @returns ends the reports; `true` where it was finished, so that the next estimate is better
 */
export function startEstimate(pixels: number, report: (fraction: number) => void): (finished: boolean) => void {
  const megapixels = Math.max(0.5, pixels / 1e6)
  const began = performance.now()
  const expected = STARTING + perMegapixel * megapixels
  const passed = () => performance.now() - began
  report(0)
  const timer = setInterval(() => report(1 - Math.exp(-2 * passed() / expected)), REPORT_EVERY)
  return (finished) => {
    clearInterval(timer)
    if (finished && megapixels > 1)
      perMegapixel = (perMegapixel + Math.max(20, passed() / megapixels)) / 2
  }
}
