import { Parser } from 'saxen'
import { damaged, OFFICE_LIMITS, tooLarge } from './limits.ts'

/** What happens while XML is read. Names come without their prefix, which each program chooses as it likes. */
export interface XmlHandlers {
  open?: (name: string, attribute: (name: string) => string | undefined, stop: () => void) => void
  close?: (name: string) => void
  text?: (text: string) => void
}

/**
 * Reads XML from its beginning to its end, or until it is told to stop.
 * A DOCTYPE is none of Office's, and could define entities that grow: it is not read further.
 * @throws UnreadableDocument
 */
export function readXml(bytes: Uint8Array, { open, close, text }: XmlHandlers): void {
  const parser = new Parser()
  let depth = 0
  let failure: Error | undefined
  const fail = (error: Error) => {
    failure ??= error
    parser.stop()
  }
  parser
    .on('openTag', (name, attributes, decode) => {
      if (++depth > OFFICE_LIMITS.depth)
        return fail(tooLarge())
      let all: Map<string, string> | undefined
      const attribute = (wanted: string) => {
        all ??= byLocalName(attributes())
        const value = all.get(wanted)
        return value === undefined ? undefined : decode(value)
      }
      open?.(localName(name), attribute, () => parser.stop())
    })
    .on('closeTag', (name) => {
      depth--
      close?.(localName(name))
    })
    .on('text', (part, decode) => text?.(decode(part)))
    .on('cdata', part => text?.(part))
    .on('attention', (part) => {
      if (/^<!DOCTYPE/i.test(part))
        fail(damaged())
    })
    .on('error', () => fail(damaged()))
    .on('warn', () => undefined)
    .parse(decode(bytes))
  if (failure)
    throw failure
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1)

/** `r:id` beside `id`: the one with a prefix is found under its whole name too. */
const byLocalName = (attributes: Record<string, string>) =>
  new Map(Object.entries(attributes).flatMap(([name, value]): [string, string][] => [[localName(name), value], [name, value]]))

function decode(bytes: Uint8Array): string {
  const isUtf16 = (bytes[0] === 0xFF && bytes[1] === 0xFE) || (bytes[0] === 0xFE && bytes[1] === 0xFF)
  return new TextDecoder(isUtf16 ? bytes[0] === 0xFF ? 'utf-16le' : 'utf-16be' : 'utf-8').decode(bytes)
}
