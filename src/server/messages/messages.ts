import { createHash, randomUUID } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { Limits } from '../../shared/attachments.ts'
import { DEFAULT_PROJECT } from '../../shared/defaults.ts'
import { type Message } from '../../shared/protocol/message.ts'
import { cleanTitle, derivedTitle } from '../../shared/titles.ts'
import type { Offers } from '../agents/offer/offers.ts'
import { authorOf, type Account } from '../identity/account.ts'
import { admit, type AdmittedMessage } from '../inspection/admission.ts'
import { refuseTooManyAttachments } from '../inspection/counts.ts'
import type { Events } from '../events/events.ts'
import { createKeyedQueue, type KeyedQueue } from '../../shared/keyedQueue.ts'
import type { Routes } from '../machines/calls/routes.ts'
import { createInsertion, type Accepted } from './insertion.ts'
import { createMessageStore, type CheckedMessage } from './messageStore.ts'
import type { ImageDecoder } from '../inspection/decoders/images.ts'
import type { PdfInspector } from '../inspection/pdf.ts'
import { ProblemError, refusal, storageProblem } from '../errors/problems.ts'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'
import type { Quota } from '../attachments/quota.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { BlobStore } from '../storage/blobs/blobStore.ts'
import type { Database } from '../storage/database/database.ts'
import type { Turns } from '../turns/turns.ts'
import { findReferences } from '../attachments/references.ts'
import { inPlaces } from './attachmentPlaces.ts'
import { hashWithChoice } from './choice.ts'
import type { SentMessage } from './sentMessage.ts'
import type { Uploads } from '../attachments/uploads.ts'

export type Messages = ReturnType<typeof createMessages>

export function createMessages({ database, blobs, pdfs, images, limits, uploads, quota, turns, sessions, events, offers, writes, routes, log }: {
  database: Database
  blobs: BlobStore
  pdfs: PdfInspector
  images: ImageDecoder
  limits: Limits
  uploads: Uploads
  quota: Quota
  turns: Turns
  sessions: Sessions
  events: Events
  offers: Offers
  /** By session: what is sent in a row is stored in that row. */
  writes: KeyedQueue
  routes: Routes
  log: FastifyBaseLogger
}) {
  const store = createMessageStore({ database, blobs, quota, log })
  const insertion = createInsertion({ database, blobs, store, turns, sessions, events, writes, routes, log })
  /** By session: what is sent in a row is looked at in that row. */
  const sends = createKeyedQueue()
  let closing = false

  /** All its files, in their order, those also that it names by their ids. @throws a problem for one that is not there */
  async function findNamed(tenant: string, { attachments, attachmentIds = [], attachmentPlaces, uploadIds = [] }: SentMessage) {
    const referred = await findReferences({ database, blobs }, tenant, attachmentIds)
    return inPlaces(referred, attachmentPlaces, [...attachments, ...await uploads.find(tenant, uploadIds)])
  }

  /** Looks at all of it. Resolves with the message that came under the same id before, where there is one. */
  async function check(account: Account, session: SessionKey, clientMessageId: string, sent: SentMessage): Promise<{ known: Message } | { checked: CheckedMessage }> {
    const named = await findNamed(session.tenant, sent).catch((error: unknown) => error as Error)
    if (named instanceof Error) {
      const known = await store.findSameByIds({ session, user: account.user, clientMessageId }, sent)
      return known ? { known } : Promise.reject(named)
    }
    const body = await admit({ text: sent.text, attachments: named }, { pdfs, images, tenant: session.tenant, limits })
    const checked: CheckedMessage = {
      ...body,
      bodySha256: hashWithChoice(body.bodySha256, sent.choice),
      choice: sent.choice,
      restoresFiles: sent.restoresFiles,
      session,
      user: account.user,
      author: authorOf(account),
      clientMessageId,
      projectId: sent.projectId ?? DEFAULT_PROJECT,
      title: titleFor(sent, body),
    }
    const known = await store.findSame(checked)
    return known ? { known } : { checked }
  }

  /** In its turn: a message that is quickly checked must not overtake one that is not. */
  async function checkAndKeep(account: Account, session: SessionKey, clientMessageId: string, sent: SentMessage, keep: (checked: CheckedMessage) => Promise<Accepted>, onAccepted: (accepted: Accepted) => void): Promise<Accepted> {
    if (closing)
      throw refusal(503, 'shutting_down', 'The server is stopping. The message was not saved; send it again in a moment.')
    if (sent.intoExistingSession)
      await sessions.get(session)
    const looked = await check(account, session, clientMessageId, sent)
    if ('known' in looked) {
      onAccepted({ message: looked.known, replayed: true })
      return { message: looked.known, replayed: true }
    }
    await offers.require(sent.choice) // not before: what was accepted is accepted, whatever is offered by now
    return keep(looked.checked)
  }

  return {
    /**
     * Resolves when the message would survive a power cut. Rejects with a `ProblemError`; nothing is kept then.
     * The same id again is the same message, and the agent is not asked again.
     * @param onAccepted called before anything that follows from the message is told
     */
    async accept(account: Account, sent: SentMessage, onAccepted: (accepted: Accepted) => void = () => {}): Promise<Accepted> {
      const clientMessageId = sent.clientMessageId ?? randomUUID()
      const session: SessionKey = { tenant: account.tenant, id: sent.sessionId ?? sessionOf(clientMessageId) }
      refuseTooManyAttachments([sent.attachments, sent.uploadIds, sent.attachmentIds].reduce((sum, list) => sum + (list?.length ?? 0), 0))
      const take = (keep: (checked: CheckedMessage) => Promise<Accepted>) => checkAndKeep(account, session, clientMessageId, sent, keep, onAccepted)
      return sends.run(keyText(session), async () => {
        try {
          const here = await routes.here(session, () => writes.run(keyText(session), () => take(checked => insertion.here(checked, sent.replaces, onAccepted))))
          return here ? here.result : await take(checked => insertion.elsewhere(checked, sent.replaces, onAccepted))
        }
        catch (error) {
          if (!isRefusal(error))
            log.error(error, 'message not saved')
          throw new ProblemError(storageProblem(error))
        }
      })
    },

    /** Takes nothing more, and resolves when everything taken is stored. */
    async close() {
      closing = true
      await sends.whenIdle()
      await writes.whenIdle()
    },
  }
}

/** What the sender names the session, else what the message itself begins with. */
const titleFor = ({ sessionTitle = '' }: SentMessage, { text, attachments: [first] }: AdmittedMessage): string | null =>
  cleanTitle(sessionTitle) || derivedTitle(text, first?.filename) || null

/** Said to whoever sent it, and no fault of the server. */
const isRefusal = (error: unknown) => error instanceof ProblemError && error.cause === undefined

/** A message without a session makes one, and the same message again must find the same one. */
function sessionOf(clientMessageId: string) {
  const hex = createHash('sha256').update(`session of ${clientMessageId}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
