import katex from 'katex'
import { formulaWidth } from './formulaWidth.ts'
import { escaped } from './html.ts'
import { SMALLER } from './printStyle.ts'

/** Milliseconds that the formulas of one page take at most: those after them are shown as they were written. */
const MOST_MS = 100

/** Ems that stand beside each other on the narrowest sheet, between wide margins. */
const SHEET = 44

/** @returns draws a formula as MathML, which needs neither a script nor a font; undefined where it cannot be read, or there is no time left */
export function formulasOfPage(): (formula: string, display: boolean) => string | undefined {
  let left = MOST_MS
  return (formula, display) => {
    if (left <= 0)
      return undefined
    const began = performance.now()
    const drawn = draw(formula, display)
    left -= performance.now() - began
    return drawn && onSheet(drawn, formula, display)
  }
}

/** What is wider than a sheet is printed as small as it has to be, or as it was written: that can be broken. */
function onSheet(drawn: string, formula: string, display: boolean): string {
  const width = formulaWidth(drawn)
  if (width <= SHEET)
    return display ? `<div class="math">${drawn}</div>` : drawn
  const size = SMALLER.find(percent => width * percent / 100 <= SHEET)
  const tag = display ? 'div' : 'span'
  const content = size === undefined ? `${drawn}<code>${escaped(formula)}</code>` : drawn
  return `<${tag} class="math ${size === undefined ? 'written' : `smaller-${size}`}">${content}</${tag}>`
}

function draw(formula: string, displayMode: boolean): string | undefined {
  try {
    // Whatever a formula says: no link, no address, nothing that grows without end.
    return katex.renderToString(formula, { displayMode, output: 'mathml', throwOnError: true, trust: false, strict: 'ignore', maxExpand: 60, maxSize: 20 }).replace(/ style="[^"]*"/g, '') // which the page would not let through
  }
  catch {
    return undefined // not TeX, or nested too deeply for the reader
  }
}
