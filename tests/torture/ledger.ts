import type { Message } from '../../src/shared/protocol/message.ts'
import { nameOf, type Device, type DeviceMessage } from './device.ts'
import type { Files } from './files.ts'
import { SAVED, SAVING, type Sight } from './sight.ts'
import { promise } from './violation.ts'

export type Ledger = ReturnType<typeof createLedger>

/** Each thing typed is a word of its own, so that it can be found again wherever it went. */
export const wordsOf = (text: string): string[] => text.match(/\bw\d+\b/g) ?? []

interface Owed extends Pick<DeviceMessage, 'sessionId' | 'text'> {
  /** SHA-256 of each file, in order. */
  files: string[]
}

/** What the app has shown as saved or sent: it owes it from then on, wherever it lies meanwhile. */
export function createLedger(files: Files) {
  /** Names of files, and the session they were saved in. */
  const safeFiles = new Map<string, string>()
  /** By session: the texts shown as saved. `exact`: nobody was typing, so that it is neither more nor less. */
  const safeTexts = new Map<string, { text: string, exact: boolean }[]>()
  const safeWords = new Set<string>()
  /** By session: how the files of its draft stood. */
  const orders = new Map<string, string[]>()
  /** By session: the words of each message seen on its way. */
  const onTheirWay = new Map<string, string[][]>()
  const accepted = new Map<string, { session: string, words: string[], files: string[] }>()
  /** By id: the messages that were in the outbox. */
  const owed = new Map<string, Owed>()
  /** Files that the person is removing: they may be there or not. */
  const leaving = new Set<string>()
  /** Sessions whose text the person is deciding about. */
  const freed = new Set<string>()
  const withdrawn: string[][] = []

  /** In a draft of its session, in a message on its way, or on the server. */
  function holds(device: Device, record: readonly Message[], session: string, name: string): boolean {
    const ids = [...device.drafts, ...device.outbox].filter(({ sessionId }) => sessionId === session).flatMap(({ mediaIds }) => mediaIds)
    return device.files.some(file => files.isIt(name, file) && ids.includes(file.id))
      || record.some(message => message.sessionId === session && isIn(message, name))
  }

  const isIn = ({ attachments }: Message, name: string) => attachments.some(({ sha256, filename }) => files.isIt(name, { sha256, name: filename }))

  /** What the tabs show just now. */
  function see(sights: readonly Sight[]): void {
    for (const session of new Set(sights.map(sight => sight.session)))
      seeSession(session, sights.filter(sight => sight.session === session))
  }

  function seeSession(session: string, sights: readonly Sight[]) {
    for (const { note } of sights)
      promise(note === undefined || note === SAVED || note === SAVING, `a draft is shown as "${note}" although the device has room`)
    const safe = sights.flatMap(sight => sight.files).filter(file => file.safe && !leaving.has(file.name))
    safe.forEach(({ name }) => safeFiles.set(name, session))
    orders.set(session, sights[0]!.files.filter(file => safe.some(({ name }) => name === file.name)).map(({ name }) => name))

    const saved = freed.has(session) ? [] : sights.filter(({ note, text }) => note === SAVED && text)
    if (saved.length)
      safeTexts.set(session, saved.map(({ text }) => ({ text, exact: sights.length === 1 })))
    else
      loosen(session)
    saved.forEach(({ text }) => wordsOf(text).forEach(word => safeWords.add(word)))

    const messages = sights.flatMap(sight => sight.messages)
    onTheirWay.set(session, messages.filter(({ state }) => state === 'on its way')
      .map(({ text }) => wordsOf(text).filter(word => safeWords.has(word))))
    for (const { state, text, files: names } of messages) {
      promise(state !== 'refused', `a message was refused: ${text}`)
      if (state === 'accepted')
        accepted.set(`${session} ${text} ${names}`, { session, words: wordsOf(text), files: names })
    }
  }

  /** It is being written in: what was there is still there, and more. */
  function loosen(session: string): void {
    safeTexts.set(session, safeTexts.get(session)?.map(({ text }) => ({ text, exact: false })) ?? [])
  }

  /** The person is removing these files. */
  function leave(names: readonly string[]): void {
    for (const name of names) {
      leaving.add(name)
      safeFiles.delete(name)
    }
  }

  /** The person decides about this session's text, or throws it away: none of it has to be there. */
  function free(session: string): void {
    freed.add(session)
    safeTexts.delete(session)
  }

  /** The person takes back a message of these words that was not sent. */
  function withdraw(session: string, words: string[]): void {
    withdrawn.push(words)
    onTheirWay.delete(session)
  }

  /** Everything owed is on the device or the server. `record` is read after `device`. */
  function reconcile(device: Device, record: readonly Message[]): void {
    checkOutbox(device, record)
    for (const [name, session] of safeFiles)
      promise(holds(device, record, session, name), `${name} was shown as saved, and is neither in a draft, nor on its way, nor sent`)
    for (const [session, texts] of safeTexts) {
      const places = placesOf(device, record, session)
      for (const { text, exact } of texts)
        promise(places.some(place => exact ? place === text : place.includes(text)), `this text was shown as saved: “${text}”; there is: ${JSON.stringify(places)}`)
    }
    for (const [session, messages] of onTheirWay) {
      for (const words of messages)
        promise(placesOf(device, record, session).some(place => words.every(word => place.includes(word))), `a message was on its way, and is gone: ${words}`)
    }
    checkOrders(device)
    checkAccepted(record)
  }

  function checkOrders(device: Device) {
    for (const [session, names] of orders) {
      const ids = device.drafts.find(({ sessionId }) => sessionId === session)?.mediaIds ?? []
      const found = ids.map(id => nameOf(device, id)).filter(name => names.includes(name))
      const expected = names.filter(name => found.includes(name))
      promise(found.join() === expected.join(), `the files of ${session} stood in the order ${expected}, and now ${found}`)
    }
  }

  function checkAccepted(record: readonly Message[]) {
    for (const { session, words, files: names } of accepted.values()) {
      promise(record.some(message => message.sessionId === session && words.every(word => wordsOf(message.text).includes(word))
        && names.every(name => isIn(message, name))),
      `the page said that this was sent, and the server does not have it: ${words} ${names}`)
    }
  }

  function checkOutbox(device: Device, record: readonly Message[]) {
    for (const message of device.outbox)
      promise(message.problem === undefined, `a message was refused: ${message.problem}`)
    const waiting = new Map(device.outbox.map(message => [message.id, toOwed(device, message)]))
    const sent = new Map(record.map(message => [message.clientMessageId, message]))
    for (const [id, message] of owed) {
      const arrived = sent.get(id)
      const now = waiting.get(id) ?? (arrived && { text: arrived.text, files: arrived.attachments.map(({ sha256 }) => sha256), sessionId: arrived.sessionId })
      if (!now && isWithdrawn(message))
        continue
      promise(now !== undefined, `the message “${message.text}” was in the outbox, and is neither there nor on the server`)
      promise(JSON.stringify(ordered(now!)) === JSON.stringify(ordered(message)), `a message changed on its way, from ${JSON.stringify(message)} to ${JSON.stringify(now)}`)
    }
    waiting.forEach((message, id) => owed.set(id, message))
  }

  const isWithdrawn = ({ text }: Owed) => withdrawn.some(words => words.join() === wordsOf(text).join())
  const ordered = ({ sessionId, text, files }: Owed) => [sessionId, text, files]

  function toOwed(device: Device, { sessionId, text, mediaIds }: DeviceMessage): Owed {
    return { sessionId, text, files: mediaIds.map(id => device.files.find(file => file.id === id)?.sha256 ?? '') }
  }

  /** After `reconcile`: what the device holds is what it owes. Nobody is doing anything. */
  function begin(device: Device): void {
    leaving.clear()
    freed.clear()
    safeTexts.clear()
    orders.clear()
    onTheirWay.clear()
    for (const { sessionId, text, conflicting, mediaIds } of device.drafts) {
      const texts = [text, ...conflicting].filter(Boolean)
      safeTexts.set(sessionId, texts.map(text => ({ text, exact: true })))
      texts.forEach(text => wordsOf(text).forEach(word => safeWords.add(word)))
      mediaIds.forEach(id => safeFiles.set(nameOf(device, id), sessionId))
    }
  }

  return {
    see, loosen, leave, free, withdraw, reconcile, begin,
    /** The person has decided about this session's text. */
    hold: (session: string) => freed.delete(session),
    /** The file that was being removed is there for sure. */
    returned: (name: string) => leaving.delete(name),
    /** Files that the server has, and what was said of its messages: they are not looked for again. */
    close(record: readonly Message[]) {
      for (const name of safeFiles.keys()) {
        if (record.some(message => isIn(message, name)))
          safeFiles.delete(name)
      }
    },
  }
}

/** All texts of a session, wherever they lie. */
function placesOf(device: Device, record: readonly Message[], session: string): string[] {
  return [...device.drafts.flatMap(draft => [draft, ...draft.conflicting.map(text => ({ sessionId: draft.sessionId, text }))]), ...device.outbox, ...record]
    .filter(({ sessionId }) => sessionId === session)
    .map(({ text }) => text)
}
