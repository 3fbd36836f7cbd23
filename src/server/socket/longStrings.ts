import { isAscii } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import { endOfString } from '../inspection/counts.ts'

/** Bytes from which a string is taken out, and not looked at character by character. */
const LONG = 64 * 1024
const QUOTE = 0x22
const BACKSLASH = 0x5C

const decoder = new TextDecoder('utf-8', { fatal: true })

/** What is read of JSON, and the long base64 in it where it lies: ASCII, by the name that stands in its place. */
export interface WithLongBase64 {
  value: unknown
  encoded: ReadonlyMap<string, Buffer>
}

/**
 * JSON in UTF-8, of which almost all may be base64: megabytes of it are taken out before the rest is read, and never
 * become a string, which would cost more time than all that is done with them.
 * @throws SyntaxError where it is not JSON, TypeError where it is not UTF-8
 */
export function parseWithLongBase64(json: Buffer): WithLongBase64 {
  const mark = randomUUID() // which nobody can have written into it
  const { rest, strings } = takeOut(json, mark)
  const encoded = new Map<string, Buffer>()
  const value: unknown = JSON.parse(rest, function (this: unknown, key: string, value: unknown) {
    const long = typeof value === 'string' ? strings.get(value) : undefined
    if (long === undefined)
      return value
    // What is to be base64 is held to its alphabet later; anything else must be a string as JSON has them.
    if (key !== 'data' || (this as { type?: unknown }).type !== 'base64')
      return JSON.parse(`"${long.toString('latin1')}"`) as string
    encoded.set(value as string, long)
    return value
  })
  return { value, encoded }
}

function takeOut(json: Buffer, mark: string) {
  const strings = new Map<string, Buffer>()
  let rest = ''
  let from = 0
  for (let start = json.indexOf(QUOTE); start !== -1;) {
    const end = endOfString(json, start)
    if (end < json.length && end - start > LONG && isPlain(json.subarray(start + 1, end))) {
      const name = `${mark} ${strings.size}`
      strings.set(name, json.subarray(start + 1, end))
      rest += `${decoder.decode(json.subarray(from, start))}"${name}"`
      from = end + 1
    }
    start = end < json.length ? json.indexOf(QUOTE, end + 1) : -1
  }
  return { rest: rest + decoder.decode(json.subarray(from)), strings }
}

const isPlain = (content: Buffer) => isAscii(content) && !content.includes(BACKSLASH)
