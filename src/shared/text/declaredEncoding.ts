import { encodingOf, type Encoding } from './encodings.ts'

/** Bytes in which a declaration has to stand, as browsers want it. */
const HEAD = 1024

const XML = /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([\w.:-]+)["']/i
const HTML = /<meta\s[^>]*?\bcharset\s*=\s*["']?\s*([\w.:-]+)/i
const CSS = /^@charset "([\w.:-]+)";/i

/** The encoding that an XML, HTML or CSS file says it is in. A file that can be read up to there is not in UTF-16, whatever it says. */
export function declaredEncoding(bytes: Uint8Array): Encoding | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, HEAD))
  const isMarkup = /^\s*</.test(head)
  const label = (XML.exec(head) ?? (isMarkup ? HTML.exec(head) : CSS.exec(head)))?.[1]
  const encoding = label === undefined ? undefined : encodingOf(label)
  return encoding?.startsWith('utf-16') ? undefined : encoding
}
