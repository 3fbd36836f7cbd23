import { formatDay } from './dates.ts'

/** As much of a session as its place in the list depends on. */
interface Placed { id: string, updatedAt: number, pinned?: boolean, archived?: boolean }

const DAY = 24 * 60 * 60 * 1000
const WEEK = 7 * DAY

const monthFormat = new Intl.DateTimeFormat(navigator.language.startsWith('en') ? navigator.language : 'en-GB', { month: 'long', year: 'numeric' })

/** What is pinned first; each group in the order given. */
export const inListOrder = <Session extends Placed>(sessions: readonly Session[]): Session[] =>
  [...sessions.filter(({ pinned }) => pinned), ...sessions.filter(({ pinned }) => !pinned)]

/** Under which heading it stands. @param today local midnight */
export function headingOf({ pinned, archived, updatedAt }: Placed, today: number): string {
  if (archived)
    return 'Archived'
  if (pinned)
    return 'Pinned'
  return updatedAt > today - WEEK ? formatDay(updatedAt, today).split(',')[0] ?? '' : monthFormat.format(updatedAt)
}
