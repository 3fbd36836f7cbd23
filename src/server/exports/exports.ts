import { Readable } from 'node:stream'
import { TEXT_TYPE } from '../../shared/attachments.ts'
import { unlessMissing } from '../errors/missing.ts'
import { ProblemError, refusal } from '../errors/problems.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { History } from '../sessions/history.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { repliesIn } from '../sessions/shownReplies.ts'
import type { Message } from '../../shared/protocol/message.ts'
import type { Session } from '../../shared/protocol/session.ts'
import type { BlobStore } from '../storage/blobs/blobStore.ts'
import { zipOf, type Entry } from './archive.ts'
import { headingOf, markdownOf, pathOfFile } from './markdown.ts'
import { messagesOf } from './pages.ts'
import type { Attachments } from '../attachments/attachments.ts'

/** Exports of one tenant at the same time: each reads all of a session from the disk. */
const AT_ONCE = 4
const RETRY_S = 10

export interface Exported { session: Session, content: Readable }

export type Exports = ReturnType<typeof createExports>

/** A whole conversation to take away, made while it is read. */
export function createExports({ sessions, history, attachments, blobs }: { sessions: Sessions, history: History, attachments: Attachments, blobs: BlobStore }) {
  const running = new Map<string, number>()

  function counted(tenant: string, content: Readable): Readable {
    running.set(tenant, (running.get(tenant) ?? 0) + 1)
    content.once('close', () => {
      const left = (running.get(tenant) ?? 1) - 1
      if (left)
        running.set(tenant, left)
      else
        running.delete(tenant)
    })
    return content
  }

  async function begin(key: SessionKey): Promise<Session> {
    const session = await sessions.get(key)
    if ((running.get(key.tenant) ?? 0) >= AT_ONCE)
      throw refusal(429, 'too_many_exports', 'Too many conversations are being exported. Try again when one of them is done.', { retryAfter: RETRY_S })
    return session
  }

  async function* text(key: SessionKey, session: Session) {
    yield headingOf(session)
    let before: Message | undefined
    for await (const message of messagesOf(history, key)) {
      yield markdownOf(message, (await repliesIn(history, key, [message], before)).get(message.id))
      before = message
    }
  }

  async function* json(key: SessionKey, session: Session) {
    yield `{"session":${JSON.stringify(session)},"messages":[`
    let isFirst = true
    for await (const message of messagesOf(history, key)) {
      yield (isFirst ? '\n' : ',\n') + JSON.stringify(message)
      isFirst = false
    }
    yield '\n]}\n'
  }

  async function* entries(key: SessionKey, session: Session): AsyncGenerator<Entry, void, undefined> {
    yield { path: 'conversation.md', mimeType: TEXT_TYPE, mtime: new Date(session.updatedAt), open: () => Readable.from(text(key, session)) }
    for await (const message of messagesOf(history, key)) {
      for (const [place, attachment] of message.attachments.entries()) {
        const path = pathOfFile(message, place, attachment)
        const bytes = await bytesOf(key.tenant, attachment.id)
        yield { path: bytes ? path : `${path} is not on the server any more`, mimeType: attachment.mimeType, mtime: new Date(attachment.createdAt), open: () => bytes ?? Readable.from([]) }
      }
    }
  }

  /** Undefined where they are gone: the others are worth having. */
  async function bytesOf(tenant: string, id: string): Promise<Readable | undefined> {
    const place = await placeOf(tenant, id)
    return place === undefined ? undefined : unlessMissing(blobs.stream(place))
  }

  async function placeOf(tenant: string, id: string): Promise<string | undefined> {
    try {
      return (await attachments.find(tenant, id)).storage_path
    }
    catch (error) {
      if (error instanceof ProblemError)
        return undefined
      throw error
    }
  }

  /** While nothing is sent yet, it can still be told that the store of files is away. */
  async function askForFirstFile(key: SessionKey) {
    const { attachments: [first] } = await attachments.listOfSession(key, { limit: 1 })
    const place = first && await placeOf(key.tenant, first.id)
    if (place !== undefined)
      await blobs.head(place)
  }

  return {
    /** A zip with `conversation.md` and its files in the folder `files`. @throws a 404, a 429, or what the store says where it is away */
    async markdown(key: SessionKey): Promise<Exported> {
      await askForFirstFile(key)
      const session = await begin(key)
      return { session, content: counted(key.tenant, zipOf(entries(key, session))) }
    },

    /** The session, and its messages as the API gives them. @throws a 404, or a 429 */
    async json(key: SessionKey): Promise<Exported> {
      const session = await begin(key)
      return { session, content: counted(key.tenant, Readable.from(json(key, session), { objectMode: false })) }
    },
  }
}
