import type { FastifyBaseLogger } from 'fastify'
import type { Limits } from '../../shared/attachments.ts'
import { SERVER_STOPS, type Agent, type AgentEvent, type Turn } from '../agents/agent.ts'
import type { Quota } from '../attachments/quota.ts'
import type { Events } from '../events/events.ts'
import { keepTrying, keepTryingForAgent } from '../queues/keepTrying.ts'
import { ProblemError, refusal } from '../errors/problems.ts'
import type { ImageDecoder } from '../inspection/decoders/images.ts'
import { getMessageAttachments } from '../storage/rows/attachmentRows.ts'
import { tokenBefore } from '../storage/rows/branches.ts'
import type { PartialSaves } from '../storage/rows/partialSaves.ts'
import type { BlobStore } from '../storage/blobs/blobStore.ts'
import type { AttachmentRow, Database, MessageRow } from '../storage/database/database.ts'
import type { TenantWorkspaces } from '../storage/workspace/tenantWorkspaces.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import { sessionOf } from '../storage/rows/messageInsert.ts'
import { keepTurnToken } from '../storage/memory/turnRows.ts'
import { findAnswer, insertAnswer, completeAnswer, type Outcome } from './answers.ts'
import { buildBlocks } from './blocks.ts'
import { outcomeOf } from './interrupted.ts'
import type { Live } from '../events/live.ts'
import { openAgentTurn } from '../storage/memory/agentTurn.ts'
import { createAnswerRecorder, type AnswerRecorder } from './answerRecorder.ts'
import { askPerson } from './askPerson.ts'
import { askingMark } from './asking/askingMark.ts'
import { collectFiles } from './files/collectFiles.ts'
import { restoreFiles } from './files/restoreFiles.ts'
import { collectLate } from './lateFiles.ts'
import type { PendingAnswers } from './asking/pendingAnswers.ts'
import { failure, NOT_SAVED } from './turnFailure.ts'
import { untilAborted } from './untilAborted.ts'
import { placeAttachments } from './workspaceCopies.ts'

export interface TurnDeps {
  database: Database
  saves: PartialSaves
  blobs: BlobStore
  quota: Quota
  workspaces: TenantWorkspaces
  images: ImageDecoder
  agent: Agent
  limits: Limits
  events: Events
  live: Live
  pendingAnswers: PendingAnswers
  /** Tells every connection of the tenant how the session is now. */
  announce: (session: SessionKey) => Promise<void>
  log: FastifyBaseLogger
}

/** One question and its answer, from the copy of the files to the last word. Resolves when the agent has left, too. */
export async function runTurn(deps: TurnDeps, messageId: string, signal: AbortSignal) {
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
  let left: Promise<unknown> | undefined
  const ended = await listen(deps, asked, recorder, signal, (leaving) => { left = leaving })
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
  const message = await keepTrying(() => completeAnswer(database, asked, whole, outcome), isOver, (error) => {
    log.warn(error, 'an answer is not saved yet')
    recorder.put(NOT_SAVED) // only told: it is no part of what is saved in the end
  })

  live.endMessage(answer.id)
  if (outcome.status === 'failed')
    events.emit(tenant, { type: 'turn_failed', session_id: answer.sessionId, problem: outcome.problem })
  events.emit(tenant, { type: 'message_completed', session_id: answer.sessionId, message })
  await left // a stopped answer is complete at once, but the next turn does not meet this one in the workspace
  if (isStopped)
    await collectLate(deps, sessionOf(asked), answer.id)
}

/** What the agent wrote becomes attachments of its message. */
async function bringFiles(deps: TurnDeps, asked: MessageRow, recorder: AnswerRecorder, signal: AbortSignal) {
  const notice = await collectFiles(deps, { session: sessionOf(asked), messageId: recorder.current().id }, signal)
  if (notice)
    recorder.put(notice)
}

/** Whatever happens becomes an outcome. */
async function listen(deps: TurnDeps, asked: MessageRow, recorder: AnswerRecorder, signal: AbortSignal, onLeaving: (left: Promise<unknown>) => void): Promise<Outcome> {
  let token: string | undefined
  try {
    const turn = await prepareTurn(deps, asked, recorder, signal)
    if (signal.aborted) // stopped, or its session is being removed: the agent hears nothing of it
      return { status: 'cancelled' }
    for await (const event of untilAborted(deps.agent.run(turn, signal), signal, onLeaving)) {
      if (event.type === 'resumable')
        await keepTryingForAgent(() => keepTurnToken(deps.database, recorder.current().id, token = event.token))
      else
        record(recorder, event)
    }
    return { status: signal.aborted ? 'cancelled' : 'complete', token }
  }
  catch (error) {
    return signal.aborted ? { status: 'cancelled', token } : failure(error, deps.log)
  }
}

function record(recorder: AnswerRecorder, event: Exclude<AgentEvent, { type: 'resumable' }>) {
  switch (event.type) {
    case 'delta': return recorder.say(event.text, event.part ?? 'text', event.kind)
    case 'part': return recorder.put(event.part)
    case 'remove': return recorder.remove(event.part)
  }
}

async function prepareTurn(deps: TurnDeps, asked: MessageRow, recorder: AnswerRecorder, signal: AbortSignal): Promise<Turn> {
  const { database, workspaces } = deps
  const workspaceFolder = await (await workspaces.of(asked.tenant_id)).ensureFolder(asked.session_id)
  const notRestored = await restoreFiles(deps, sessionOf(asked), workspaceFolder)
  if (notRestored)
    recorder.put(notRestored)
  const stored = await getMessageAttachments(database, asked.tenant_id, asked.id)
  const attachments = await placeAttachments(deps, stored)
  return {
    ...await openAgentTurn(deps, asked, recorder.current().id),
    workspaceFolder,
    content: await readContent(asked, attachments, deps),
    resume: await tokenBefore(database, asked),
    recorded: recorder.current().parts,
    ask: part => askPerson(part, recorder, deps.pendingAnswers, signal, askingMark(deps, sessionOf(asked))),
  }
}

async function readContent(asked: MessageRow, attachments: readonly AttachmentRow[], deps: TurnDeps) {
  try {
    return await buildBlocks(asked, attachments, deps)
  }
  catch (error) {
    if (error instanceof ProblemError)
      throw error
    throw Object.assign(refusal(500, 'attachment_unavailable', 'A file of this message cannot be read any more, so the agent was not asked.'), { cause: error })
  }
}
