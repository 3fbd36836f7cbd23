const DAY = 24 * 60 * 60 * 1000

// The words around are English: a date in another language among them would be read out wrongly.
// An English of the person's own choice decides the order and the clock, else the British one does.
const locale = navigator.language.startsWith('en') ? navigator.language : 'en-GB'

const dayFormat = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
const timeFormat = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' })
const fullFormat = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' })

/** "Today", "Yesterday", "Monday, 16 November 2026". `today` is the local midnight that began it. */
export function formatDay(time: number, today: number): string {
  const days = Math.round((today - new Date(time).setHours(0, 0, 0, 0)) / DAY) // rounded: some days have 23 or 25 hours
  if (days === 0)
    return 'Today'
  return days === 1 ? 'Yesterday' : formatDate(time)
}

/** "Monday, 16 November 2026". */
export function formatDate(time: number): string {
  return dayFormat.format(time)
}

/** "14:05" or "2:05 PM". */
export function formatTime(time: number): string {
  return timeFormat.format(time)
}

export function formatDateTime(time: number): string {
  return fullFormat.format(time)
}

const ageFormat = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
const UNITS: [Intl.RelativeTimeFormatUnit, milliseconds: number][] = [
  ['year', 365 * DAY], ['month', 30 * DAY], ['week', 7 * DAY], ['day', DAY], ['hour', DAY / 24], ['minute', 60_000],
]

/** "3 hours ago", "yesterday", "just now". */
export function formatAge(time: number, now: number): string {
  const age = Math.max(0, now - time) // a clock that was set back makes nothing come from the future
  const [unit, length] = UNITS.find(([, length]) => age >= length) ?? []
  return unit && length ? ageFormat.format(-Math.floor(age / length), unit) : 'just now'
}

/** For `datetime` attributes: the local day, not that of Greenwich. */
export function isoDay(time: number): string {
  const date = new Date(time)
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(part => String(part).padStart(2, '0')).join('-')
}
