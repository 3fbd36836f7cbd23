import { LIMITS } from '../../shared/attachments.ts'
import { refusal, type ProblemError } from '../errors/problems.ts'

const tooMany = (count: number): ProblemError =>
  refusal(413, 'attachment_refused', `The message has ${count} attachments; ${LIMITS.attachmentsPerMessage} are possible.`)

/** Before any of them is looked at, looked up or decoded. @throws a 413 */
export function refuseTooManyAttachments(count: number) {
  if (count > LIMITS.attachmentsPerMessage)
    throw tooMany(count)
}

const QUOTE = 0x22
const BACKSLASH = 0x5C
const COMMA = 0x2C
const BRACKET = 0x5B
const BRACE = 0x7B

/**
 * Whether JSON holds more values than any request needs. Megabytes of `[],[],[]` would become gigabytes of objects, so
 * they are counted before they are parsed. What stands in strings is skipped.
 */
export function holdsTooManyValues(json: Uint8Array, most: number = LIMITS.jsonValues): boolean {
  let values = 0
  for (let i = 0; i < json.length; i++) {
    const byte = json[i]
    if (byte === QUOTE)
      i = endOfString(json, i)
    else if ((byte === COMMA || byte === BRACKET || byte === BRACE) && ++values > most)
      return true
  }
  return false
}

/** The place of the quote that closes the string which the one at `start` opens; the end where none does. */
export function endOfString(json: Uint8Array, start: number): number {
  for (let end = json.indexOf(QUOTE, start + 1); end !== -1; end = json.indexOf(QUOTE, end + 1)) {
    let before = end
    while (json[before - 1] === BACKSLASH)
      before--
    if ((end - before) % 2 === 0)
      return end
  }
  return json.length
}
