import type { FastifyBaseLogger } from 'fastify'
import { setTimeout as pause } from 'node:timers/promises'
import type { Limits } from '../../shared/attachments.ts'
import type { Message } from '../../shared/protocol/message.ts'
import { SERVER_STOPS, type Agent, type Turn } from '../agents/agent.ts'
import type { Offers } from '../agents/offer/offers.ts'
import type { Quota } from '../attachments/quota.ts'
import type { Events } from '../events/events.ts'
import type { Saving } from '../queues/saving.ts'
import type { ImageDecoder } from '../inspection/decoders/images.ts'
import { tokenBefore } from '../storage/rows/branches.ts'
import { readJoined } from '../storage/rows/waitingMessages.ts'
import type { PartialSaves } from '../storage/rows/partialSaves.ts'
import type { BlobStore } from '../storage/blobs/blobStore.ts'
import type { Database, MessageRow } from '../storage/database/database.ts'
import type { TenantWorkspaces } from '../storage/workspace/tenantWorkspaces.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import { sessionOf } from '../storage/rows/messageInsert.ts'
import { findAnswer, findOpen, insertAnswer, type Outcome } from './answers.ts'
import { readAsked } from './content/askedContent.ts'
import { endTurn, keepLate } from './endTurn.ts'
import { createHearing, type Hearing } from './hearing.ts'
import { outcomeOf } from './interrupted.ts'
import type { Live } from '../events/live.ts'
import { openAgentTurn } from '../storage/memory/agentTurn.ts'
import { createAnswerRecorder, type AnswerRecorder } from './answerRecorder.ts'
import { askPerson } from './askPerson.ts'
import { askingMark } from './asking/askingMark.ts'
import { collectFiles } from './files/collectFiles.ts'
import { createKeepFiles } from './files/keepFiles.ts'
import { restoreFiles } from './files/restoreFiles.ts'
import type { PendingAnswers } from './asking/pendingAnswers.ts'
import { failure } from './turnFailure.ts'
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
  /** Of this session. */
  saving: Saving
  /** Tells every connection of the tenant how the session is now. */
  announce: (session: SessionKey) => Promise<void>
  log: FastifyBaseLogger
}

/**
 * One question and its answer, from the copy of the files to the last word. Resolves when the agent has left, too.
 * @param steering takes what is added meanwhile; it is closed at the end
 * @param onEnded how it ended is recorded; the agent may still be about to leave
 */
export async function runTurn(deps: TurnDeps, messageId: string, signal: AbortSignal, steering: Steering, onEnded: () => void) {
  const isOver = () => signal.reason === SERVER_STOPS
  const asked = await deps.saving.keepTrying(() => findOpen(deps.database, messageId), isOver)
  if (!asked)
    return
  const answer = await begin(deps, asked, isOver)
  const recorder = createAnswerRecorder({ ...deps, answer, tenant: asked.tenant_id, isGivenUp: isOver })
  const hearing = createHearing(deps, recorder)
  let left: Promise<unknown> | undefined
  await deps.saving.keepTrying(() => bringAdded(deps, asked, answer.id, steering), isOver)
  const ended = await listen(deps, asked, { recorder, hearing, signal, steering }, (leaving) => { left = leaving })
  const { taken } = await steering.close()
  if (isOver() && deps.agent.resumes) {
    await recorder.saved()
    await left
    return // it goes on when the server is back
  }
  const outcome = outcomeOf(ended, signal.reason)
  const isStopped = ended.status === 'cancelled' && !isOver() // its agent may still be about to leave
  if (!isStopped && !isOver())
    await deps.saving.keepTrying(() => bringFiles(deps, asked, recorder, signal), isOver)
  const known = await endTurn(deps, asked, recorder, { ...outcome, taken }, isOver)
  onEnded()
  await left // a stopped answer is complete at once, but the next turn does not meet this one in the workspace
  if (isStopped)
    await keepLate(deps, asked, recorder, { known, received: outcome.received ? undefined : hearing.kept() })
}

/** @returns the answer, empty, or as far as it had come before the server ended */
async function begin({ database, events, live, saving }: TurnDeps, asked: MessageRow, isOver: () => boolean): Promise<Message> {
  await saving.keepTrying(() => events.open(sessionOf(asked)), isOver)
  const begun = asked.status === 'running' ? await saving.keepTrying(() => findAnswer(database, asked), isOver) : undefined
  const answer = begun ?? await saving.keepTrying(() => insertAnswer(database, asked), isOver)
  live.setMessage(answer)
  if (!begun)
    events.emit(asked.tenant_id, { type: 'turn_started', session_id: answer.sessionId, message: answer })
  return answer
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
    const turn = await deps.saving.keepTrying(() => prepareTurn(deps, asked, running), () => signal.aborted)
    if (signal.aborted) // stopped, or its session is being removed: the agent hears nothing of it
      return { status: 'cancelled' }
    if (deps.agent.steers)
      steering.open(recorder.current().id)
    for await (const event of untilAborted(deps.agent.run(turn, signal), signal, onLeaving, hearing.hearLate))
      await hearing.hear(event)
    return { status: signal.aborted ? 'cancelled' : 'complete', ...hearing.kept() }
  }
  catch (error) {
    await pause(0) // a server that was frozen hears of its agent's end before it sees that the session is another one's by now
    return signal.aborted ? { status: 'cancelled', ...hearing.kept() } : { ...failure(error, deps.log), received: hearing.kept().received }
  }
}

async function prepareTurn(deps: TurnDeps, asked: MessageRow, { recorder, signal, steering }: Running): Promise<Turn> {
  const { database, workspaces } = deps
  const workspaceFolder = await (await workspaces.of(asked.tenant_id)).ensureFolder(asked.session_id)
  const notRestored = await restoreFiles(deps, asked, workspaceFolder)
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
    keep: createKeepFiles(deps, { session: sessionOf(asked), messageId: recorder.current().id, folder: workspaceFolder }, signal),
    ask: part => askPerson(part, recorder, deps.pendingAnswers, signal, askingMark(deps, sessionOf(asked))),
  }
}
