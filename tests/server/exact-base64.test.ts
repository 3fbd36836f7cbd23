import { isAscii } from 'node:buffer'
import { randomBytes, randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { decodeBase64, decodeInPlace } from '../../src/server/inspection/decoding.ts'
import { readFrame, type GivenFrame } from '../../src/server/socket/frames.ts'
import type { SendMessage } from '../../src/shared/protocol/frames.ts'

const LONG = 200_000

/** What came before, slow and certain: written again, it must be the same. */
const isExact = (data: string) => Buffer.from(data, 'base64').toString('base64') === data

test('only what an encoder writes is taken as base64, whatever is wrong with it', () => {
  const characters = [...'ABZaz09+/=-_ \n\t.Aé\u0141\u{1F600}\0"\\']
  for (let i = 0; i < 20_000; i++) {
    const text = [...randomBytes(randomInt(0, 12)).toString('base64')]
    for (let change = randomInt(0, 4); change > 0; change--)
      text.splice(randomInt(0, text.length + 1), randomInt(0, 3), ...Array.from({ length: randomInt(0, 3) }, () => characters[randomInt(characters.length)] ?? ''))
    const data = text.join('')
    expect(decodeBase64(data) !== undefined, JSON.stringify(data)).toBe(isExact(data))
    if (isAscii(Buffer.from(data)))
      expect(decodeInPlace(Buffer.from(data)) !== undefined, JSON.stringify(data)).toBe(isExact(data))
  }
})

test('left-over bits, the other alphabet and what only looks like a letter are refused at any length', () => {
  const whole = randomBytes(LONG + 1).toString('base64')
  expect(decodeBase64(whole)).toHaveLength(LONG + 1)
  for (const end of ['AB==', 'AAB=', 'A===', 'AAA', 'AA-_', '\u0141AAA', 'AAA\n'])
    expect(decodeBase64(whole.slice(0, -4) + end), end).toBeUndefined()
})

test('base64 is decoded where it lies in a frame, whatever is wrong in the middle of it', () => {
  const bytes = randomBytes(LONG + 1)
  const whole = bytes.toString('base64')
  expect(decodeInPlace(Buffer.from(whole))?.equals(bytes)).toBe(true)
  for (const wrong of ['=', '==', '-', '_', ' ', '\n', '\0']) {
    for (const at of [0, 65_535, 65_536, 131_072, whole.length - 5])
      expect(decodeInPlace(Buffer.from(whole.slice(0, at) + wrong + whole.slice(at + wrong.length))), `${JSON.stringify(wrong)} at ${at}`).toBeUndefined()
  }
})

const frameWith = (data: string, type = 'base64') =>
  `{"type":"send_message","message_id":"1","session_id":"s","project_id":"p","text":"a","images":[],"documents":[{"type":"document","source":{"data":${data},"media_type":"${type === 'text' ? 'text/plain' : 'application/pdf'}","type":"${type}"}}],"media":[]}`
const read = (json: string | Buffer) => readFrame(Buffer.from(json))
/** What the message's one document holds, as it is in the frame. */
const dataOf = (json: string | Buffer) => {
  const { frame, encoded } = read(json) as GivenFrame
  const data = (frame as SendMessage).documents[0]?.source.data ?? ''
  return encoded.get(data)?.toString() ?? data
}

test('a frame with megabytes of base64 is read as JSON says, whatever else is in it', () => {
  const data = randomBytes(LONG).toString('base64')
  const written = 'a "line"\nwith \\ and \u0141 🙂 '.repeat(10_000)
  const plain = 'just words '.repeat(10_000)

  expect(dataOf(frameWith(JSON.stringify(data)))).toBe(data)
  for (const text of [written, plain])
    expect(dataOf(frameWith(JSON.stringify(text), 'text')) === text).toBe(true)
})

test('what only looks like a file in another frame than a message is refused', () => {
  const long = `"${'A'.repeat(LONG)}"`
  const answer = `{"type":"answer","session_id":"s","message_id":"1","part_id":"p","answers":{"type":"base64","data":${long}}}`
  expect(read(answer).refused).toMatchObject({ status: 400, detail: 'Only a message holds files.' })
  expect(read(answer.replace('base64', 'words')).frame).toMatchObject({ answers: { type: 'words', data: long.slice(1, -1) } })
})

test('what is not JSON or not UTF-8 is refused also where it is long', () => {
  const plain = 'x'.repeat(LONG)
  const refused = [
    frameWith(`"${plain}\n${plain}"`, 'text'), // a line break has to be written as one
    frameWith(`"${plain}"`).replace('"media":[]', '"media":[],'),
    frameWith(`"${plain}`),
    frameWith(`"${plain}""${plain}"`),
    frameWith(`"${plain}\\x"`, 'text'),
    Buffer.concat([Buffer.from(frameWith(`"${plain}`).slice(0, -LONG / 2)), Buffer.from([0xC3, 0x28]), Buffer.from('"}')]),
  ]
  for (const frame of refused)
    expect(read(frame).refused, frame.toString().slice(-80)).toMatchObject({ status: 400, detail: 'The frame is not JSON in UTF-8.' })
})
