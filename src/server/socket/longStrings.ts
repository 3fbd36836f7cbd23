import { isAscii } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import { endOfString } from '../inspection/counts.ts'

/** Bytes from which a string is taken out, and not looked at character by character. */
const LONG = 64 * 1024
const QUOTE = 0x22
const BACKSLASH = 0x5C

const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * JSON in UTF-8, of which almost all may be base64: megabytes of it are taken out before the rest is read, and put back
 * without being read. Of the time that reading all of it takes, a tenth.
 * @throws SyntaxError where it is not JSON, TypeError where it is not UTF-8
 */
export function parseWithLongStrings(json: Buffer): unknown {
  const mark = randomUUID() // which nobody can have written into it
  const { rest, strings } = takeOut(json, mark)
  return JSON.parse(rest, function (this: unknown, key: string, value: unknown) {
    const long = typeof value === 'string' ? strings.get(value) : undefined
    if (long === undefined)
      return value
    // What is to be base64 is held to its alphabet later; anything else must be a string as JSON has them.
    return key === 'data' && (this as { type?: unknown }).type === 'base64' ? long : JSON.parse(`"${long}"`) as string
  })
}

function takeOut(json: Buffer, mark: string) {
  const strings = new Map<string, string>()
  let rest = ''
  let from = 0
  for (let start = json.indexOf(QUOTE); start !== -1;) {
    const end = endOfString(json, start)
    if (end < json.length && end - start > LONG && isPlain(json.subarray(start + 1, end))) {
      const name = `${mark} ${strings.size}`
      strings.set(name, json.toString('latin1', start + 1, end))
      rest += `${decoder.decode(json.subarray(from, start))}"${name}"`
      from = end + 1
    }
    start = end < json.length ? json.indexOf(QUOTE, end + 1) : -1
  }
  return { rest: rest + decoder.decode(json.subarray(from)), strings }
}

const isPlain = (content: Buffer) => isAscii(content) && !content.includes(BACKSLASH)
