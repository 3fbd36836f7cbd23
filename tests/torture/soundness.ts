import type { Message } from '../../src/shared/protocol/message.ts'
import { nameOf, type Device } from './device.ts'
import { promise } from './violation.ts'

// What must hold at any moment, whatever was done before.

/** Nothing refers to what is not there, nothing is referred to twice, and nothing lies about that nothing refers to. */
export function expectNothingDangling(device: Device): void {
  const owners = [...device.drafts, ...device.outbox].flatMap(({ sessionId, mediaIds }) => mediaIds.map(id => ({ id, sessionId })))
  const files = new Map(device.files.map(file => [file.id, file]))
  const thumbnails = new Set(device.thumbnails)
  for (const { id, sessionId } of owners) {
    promise(files.has(id), `session ${sessionId} refers to the file ${id}, which is not on the device`)
    promise(thumbnails.has(id) || Boolean(files.get(id)?.asGiven), `${nameOf(device, id)} has no thumbnail`)
    promise(files.get(id)!.sessionId === sessionId, `${nameOf(device, id)} is filed under another session than that which refers to it`)
  }
  const referred = owners.map(({ id }) => id)
  expectNoTwo(referred, id => `${nameOf(device, id)} is referred to twice`)
  expectNoTwo(device.files.map(({ sha256 }) => sha256), hash => `two files on the device have the same bytes: ${hash}`)
  // Bytes and reference are saved and deleted in one transaction: not even for a moment is there one without the other.
  for (const id of [...files.keys(), ...thumbnails])
    promise(referred.includes(id), `nothing refers to the file ${nameOf(device, id)}`)
}

/** The server has each message and each file once. */
export function expectOnce(record: readonly Message[]): void {
  expectNoTwo(record.map(({ clientMessageId }) => clientMessageId!), id => `the server has two messages of the id ${id}`)
  expectNoTwo(record.filter(({ text }) => text).map(({ sessionId, text }) => `${sessionId}: ${text}`), text => `the server has the same message twice, in ${text}`)
  expectNoTwo(record.flatMap(({ attachments }) => attachments.map(({ sha256 }) => sha256)), hash => `the server has the file ${hash} twice`)
}

/** What was sent is no draft any more. Holds where no message was sent between the two looks. */
export function expectNoneComeBack(device: Device, record: readonly Message[]): void {
  const sent = new Set(record.flatMap(({ attachments }) => attachments.map(({ sha256 }) => sha256)))
  const hashes = new Map(device.files.map(({ id, sha256 }) => [id, sha256]))
  for (const { sessionId, mediaIds, text, conflicting } of device.drafts) {
    const back = mediaIds.find(id => sent.has(hashes.get(id)!))
    promise(!back, `${back && nameOf(device, back)} was sent, and is in a draft again`)
    for (const draft of [text, ...conflicting].filter(Boolean))
      promise(!record.some(message => message.sessionId === sessionId && message.text === draft), `this text was sent, and is a draft again: ${draft}`)
  }
}

function expectNoTwo(values: readonly string[], what: (value: string) => string): void {
  const seen = new Set<string>()
  for (const value of values) {
    promise(!seen.has(value), what(value))
    seen.add(value)
  }
}
