import { headingOf } from '../../utils/text/sessionGroups.ts'
import type { SessionEntry } from './sessionEntry.ts'

/** One line of the list, and what stands above it where it is the first of its group. */
interface Line {
  entry: SessionEntry
  /** From 1. */
  position: number
  heading?: string
}

/** Lines that a browser skips together while they are far out of sight. */
export interface LineStretch {
  number: number
  lines: Line[]
  /** How many headings are among them. */
  days: number
  far: boolean
}

const LENGTH = 20

/** @param entries in the order they are shown. @param today local midnight */
export function lineStretches(entries: readonly SessionEntry[], today: number): LineStretch[] {
  const headings = entries.map(entry => headingOf(entry, today))
  const lines = entries.map((entry, i): Line => ({ entry, position: i + 1, heading: headings[i] === headings[i - 1] ? undefined : headings[i] }))
  return Array.from({ length: Math.ceil(lines.length / LENGTH) }, (_, number) => {
    const own = lines.slice(number * LENGTH, (number + 1) * LENGTH)
    return { number, lines: own, days: own.filter(({ heading }) => heading !== undefined).length, far: true }
  })
}
