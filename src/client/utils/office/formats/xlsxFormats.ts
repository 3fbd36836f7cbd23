import { readXml } from '../archive/xml.ts'

/** What a number in a cell means, as far as it changes how it is read. */
export type NumberFormat = 'number' | 'percent' | 'date' | 'time' | 'date and time'

/** Excel's own, by number: the others' codes stand in the file. */
const BUILT_IN: Record<number, NumberFormat> = {
  9: 'percent', 10: 'percent', 14: 'date', 15: 'date', 16: 'date', 17: 'date', 18: 'time', 19: 'time', 20: 'time', 21: 'time', 22: 'date and time',
  27: 'date', 28: 'date', 29: 'date', 30: 'date', 31: 'date', 36: 'date', 45: 'time', 46: 'time', 47: 'time', 50: 'date', 57: 'date', 58: 'date',
}

/** By the number of a cell's style. */
export function readFormats(styles: Uint8Array | undefined): readonly NumberFormat[] {
  const codes = new Map<number, NumberFormat>()
  const formats: NumberFormat[] = []
  let inCellXfs = false
  if (styles) {
    readXml(styles, {
      open(name, attribute) {
        if (name === 'numFmt')
          codes.set(Number(attribute('numFmtId')), formatOfCode(attribute('formatCode') ?? ''))
        if (name === 'cellXfs')
          inCellXfs = true
        if (name === 'xf' && inCellXfs) {
          const id = Number(attribute('numFmtId') ?? 0)
          formats.push(codes.get(id) ?? BUILT_IN[id] ?? 'number')
        }
      },
      close(name) {
        if (name === 'cellXfs')
          inCellXfs = false
      },
    })
  }
  return formats
}

/** `yyyy\-mm\-dd` -> date. What stands in quotes, in brackets or after a backslash is text or colour, but for hours that run on: `[h]`. */
function formatOfCode(code: string): NumberFormat {
  const plain = code.replace(/;.*$/s, '').replace(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '')
  if (/general/i.test(plain))
    return 'number'
  const [date, time] = [/[yd]/i.test(plain), /[hs]/i.test(plain)]
  if (date)
    return time ? 'date and time' : 'date'
  if (time || /^m+$/i.test(plain))
    return time ? 'time' : 'date'
  return plain.includes('%') ? 'percent' : 'number'
}

const DAY = 86_400_000
/** Day 0 of Excel's two calendars. The first one holds a 29 February 1900 that never was: right from March 1900 on. */
const EPOCHS = { 1900: Date.UTC(1899, 11, 30), 1904: Date.UTC(1904, 0, 1) }

/** A number as a person would write it: dates as in ISO 8601, percentages with their sign, without the noise of binary fractions. */
export function formatNumber(value: string, format: NumberFormat, calendar: keyof typeof EPOCHS): string {
  const number = Number(value)
  if (value.trim() === '' || !Number.isFinite(number))
    return value
  if (format === 'number')
    return plain(number)
  if (format === 'percent')
    return `${plain(number * 100)}%`
  return formatDate(number, format, calendar) ?? value
}

/** Undefined where there is no such day. */
function formatDate(number: number, format: NumberFormat, calendar: keyof typeof EPOCHS): string | undefined {
  const date = new Date(Math.round((EPOCHS[calendar] + number * DAY) / 1000) * 1000)
  if (Number.isNaN(date.getTime()) || number < 0)
    return undefined
  const [day = '', time = ''] = date.toISOString().slice(0, 19).split('T')
  if (format === 'time')
    return number >= 1 ? `${plain(Math.floor(number * 24))}${time.slice(2)}` : time
  return format === 'date' ? day : `${day} ${time}`
}

/** Excel itself keeps fifteen digits. */
const plain = (number: number) => String(Number(number.toPrecision(15)))
