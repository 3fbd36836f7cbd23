import type { FastifyBaseLogger } from 'fastify'
import type { Limits } from '../../shared/attachments.ts'
import { SERVER_STOPS, type Agent, type Turn } from '../agents/agent.ts'
import type { Offers } from '../agents/offer/offers.ts'
import type { Quota } from '../attachments/quota.ts'
import type { Events } from '../events/events.ts'
import { keepTrying } from '../queues/keepTrying.ts'
import type { ImageDecoder } from '../inspection/decoders/images.ts'
import { tokenBefore } from '../storage/rows/branches.ts'
import { readJoined } from '../storage/rows/waitingMessages.ts'
import type { PartialSaves } from '../storage/rows/partialSaves.ts'
import type { BlobStore } from '../storage/blobs/blobStore.ts'
import type { Database, MessageRow } from '../storage/database/database.ts'
import type { TenantWorkspaces } from '../storage/workspace/tenantWorkspaces.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import { sessionOf } from '../storage/rows/messageInsert.ts'
import { findAnswer, insertAnswer, completeAnswer, type Outcome } from './answers.ts'
import { readAsked } from './content/askedContent.ts'
import { createHearing, type Hearing } from './hearing.ts'
import { outcomeOf } from './interrupted.ts'
import type { Live } from '../events/live.ts'
import { openAgentTurn } from '../storage/memory/agentTurn.ts'
import { createAnswerRecorder, type AnswerRecorder } from './answerRecorder.ts'
import { askPerson } from './askPerson.ts'
import { askingMark } from './asking/askingMark.ts'
import { collectFiles } from './files/collectFiles.ts'
import { keepLateReceipts, tellReceipts } from './files/receipts.ts'
import { restoreFiles } from './files/restoreFiles.ts'
import { collectLate } from './lateFiles.ts'
import type { PendingAnswers } from './asking/pendingAnswers.ts'
import { failure, NOT_SAVED } from './turnFailure.ts'
import { untilAborted } from './untilAborted.ts'
import type { Steering } from './steering/steering.ts'

export interface TurnDeps {
  database: Database
  saves: PartialSaves
  blobs: BlobStore
  quota: Quota
  workspaces: TenantWorkspaces
  images: ImageDecoder
  agent: Agent
  offers: Offers
  limits: Limits
  events: Events
  live: Live
  pendingAnswers: PendingAnswers
  /** Tells every connection of the tenant how the session is now. */
  announce: (session: SessionKey) => Promise<void>
  log: FastifyBaseLogger
}

/**
 * One question and its answer, from the copy of the files to the last word. Resolves when the agent has left, too.
 * @param steering takes what is added meanwhile; it is closed at the end
 */
export async function runTurn(deps: TurnDeps, messageId: string, signal: AbortSignal, steering: Steering) {
  const { database, events, live, log } = deps
  const asked = await database.selectFrom('messages').selectAll().where('id', '=', messageId).executeTakeFirst()
  if (asked?.status !== 'accepted' && asked?.status !== 'running')
    return

  const { tenant_id: tenant } = asked
  const isOver = () => signal.reason === SERVER_STOPS
  await keepTrying(() => events.open(sessionOf(asked)), isOver)
  const begun = asked.status === 'running' ? await findAnswer(database, asked) : undefined
  const answer = begun ?? await keepTrying(() => insertAnswer(database, asked), isOver)
  live.setMessage(answer)
  if (!begun)
    events.emit(tenant, { type: 'turn_started', session_id: answer.sessionId, message: answer })

  const recorder = createAnswerRecorder({ ...deps, answer, tenant })
  const hearing = createHearing(database, recorder)
  let left: Promise<unknown> | undefined
  await bringAdded(deps, asked, answer.id, steering)
  const ended = await listen(deps, asked, { recorder, hearing, signal, steering }, (leaving) => { left = leaving })
  const { taken } = await steering.close()
  if (signal.reason === SERVER_STOPS && deps.agent.resumes) {
    await recorder.saved()
    await left
    return // it goes on when the server is back
  }
  const outcome = outcomeOf(ended, signal.reason)
  const isStopped = ended.status === 'cancelled' && !isOver() // its agent may still be about to leave
  if (!isStopped && !isOver())
    await bringFiles(deps, asked, recorder, signal)
  const whole = await recorder.end()
  const { message, joined } = await keepTrying(() => completeAnswer(database, asked, whole, { ...outcome, taken }), isOver, (error) => {
    log.warn(error, 'an answer is not saved yet')
    recorder.put(NOT_SAVED) // only told: it is no part of what is saved in the end
  })

  live.endMessage(answer.id)
  if (outcome.status === 'failed')
    events.emit(tenant, { type: 'turn_failed', session_id: answer.sessionId, problem: outcome.problem })
  await tellReceipts(deps, asked, outcome).catch((error: unknown) => log.warn(error, 'it was not told what the agent was given'))
  events.emit(tenant, { type: 'message_completed', session_id: answer.sessionId, message })
  for (const added of joined)
    events.emit(tenant, { type: 'message_updated', session_id: answer.sessionId, message: added })
  await left // a stopped answer is complete at once, but the next turn does not meet this one in the workspace
  if (isStopped && !outcome.received)
    await keepLateReceipts(deps, asked, hearing.kept()).catch((error: unknown) => log.warn(error, 'what the agent was given was not kept'))
  if (isStopped)
    await collectLate(deps, sessionOf(asked), recorder.current(), message.usage)
}

/** What the agent wrote becomes attachments of its message. */
async function bringFiles(deps: TurnDeps, asked: MessageRow, recorder: AnswerRecorder, signal: AbortSignal) {
  const notice = await collectFiles(deps, { session: sessionOf(asked), messageId: recorder.current().id }, signal)
  if (notice)
    recorder.put(notice)
}

/** What was added before the server ended is part of the turn still. */
async function bringAdded(deps: TurnDeps, asked: MessageRow, answerId: string, steering: Steering) {
  for (const row of await readJoined(deps.database, asked, answerId)) {
    const content = await readAsked(deps, row).catch(error => deps.log.warn(error, 'what was added to a turn waits for its own'))
    if (content)
      steering.add({ id: row.id, content })
  }
}

interface Running { recorder: AnswerRecorder, hearing: Hearing, signal: AbortSignal, steering: Steering }

/** Whatever happens becomes an outcome. */
async function listen(deps: TurnDeps, asked: MessageRow, running: Running, onLeaving: (left: Promise<unknown>) => void): Promise<Outcome> {
  const { recorder, hearing, signal, steering } = running
  try {
    const turn = await prepareTurn(deps, asked, running)
    if (signal.aborted) // stopped, or its session is being removed: the agent hears nothing of it
      return { status: 'cancelled' }
    if (deps.agent.steers)
      steering.open(recorder.current().id)
    for await (const event of untilAborted(deps.agent.run(turn, signal), signal, onLeaving, hearing.hearLate))
      await hearing.hear(event)
    return { status: signal.aborted ? 'cancelled' : 'complete', ...hearing.kept() }
  }
  catch (error) {
    return signal.aborted ? { status: 'cancelled', ...hearing.kept() } : { ...failure(error, deps.log), received: hearing.kept().received }
  }
}

async function prepareTurn(deps: TurnDeps, asked: MessageRow, { recorder, signal, steering }: Running): Promise<Turn> {
  const { database, workspaces } = deps
  const workspaceFolder = await (await workspaces.of(asked.tenant_id)).ensureFolder(asked.session_id)
  const notRestored = await restoreFiles(deps, sessionOf(asked), workspaceFolder)
  if (notRestored)
    recorder.put(notRestored)
  return {
    ...await openAgentTurn(deps, asked, recorder.current().id),
    workspaceFolder,
    content: await readAsked(deps, asked),
    added: steering.added,
    ...await deps.offers.available(asked, recorder.put),
    resume: await tokenBefore(database, asked),
    recorded: recorder.current().parts,
    ask: part => askPerson(part, recorder, deps.pendingAnswers, signal, askingMark(deps, sessionOf(asked))),
  }
}
