import type { FastifyBaseLogger } from 'fastify'
import type { Limits } from '../../shared/attachments.ts'
import { AgentError, type Agent, type Turn } from '../agents/agent.ts'
import type { Events } from '../events/events.ts'
import { problem, ProblemError, refusal } from '../errors/problems.ts'
import { getMessageAttachments } from '../storage/rows/attachmentRows.ts'
import type { BlobStore } from '../storage/blobs/blobStore.ts'
import type { AttachmentRow, Database, MessageRow } from '../storage/database/database.ts'
import type { TenantWorkspaces } from '../storage/workspace/tenantWorkspaces.ts'
import { sessionOf } from '../storage/rows/messageInsert.ts'
import { insertAnswer, settleAnswer, type Outcome } from './answers.ts'
import { buildBlocks } from './blocks.ts'
import { interrupted, SERVER_STOPS } from './interrupted.ts'
import type { Live } from '../events/live.ts'
import { createSpeech } from './answerStream.ts'
import { untilAborted } from './untilAborted.ts'
import { placeAttachments } from './workspaceCopies.ts'

export interface TurnWorld {
  database: Database
  blobs: BlobStore
  workspaces: TenantWorkspaces
  agent: Agent
  limits: Limits
  events: Events
  live: Live
  log: FastifyBaseLogger
}

/** One question and its answer, from the copy of the files to the last word. Resolves when the agent has left, too. */
export async function runTurn(world: TurnWorld, messageId: string, signal: AbortSignal) {
  const { database, events, live, log } = world
  const asked = await database.selectFrom('messages').selectAll().where('id', '=', messageId).executeTakeFirst()
  if (asked?.status !== 'accepted')
    return

  const { tenant_id: tenant } = asked
  await events.open(sessionOf(asked))
  const answer = await insertAnswer(database, asked)
  live.setText(answer.id, '')
  events.emit(tenant, { type: 'turn_started', session_id: answer.sessionId, message: answer })

  const speech = createSpeech({ answer, tenant, events, live, database, log })
  let left: Promise<unknown> | undefined
  const ended = await listen(world, asked, signal, { say: speech.say, onLeaving: (leaving) => { left = leaving } })
  // Nobody stopped it, so nobody is told that somebody did.
  const outcome: Outcome = ended.status === 'cancelled' && signal.reason === SERVER_STOPS ? { status: 'failed', problem: interrupted() } : ended
  const message = await settleAnswer(database, asked, answer, await speech.end(), outcome)

  live.endText(answer.id)
  if (outcome.status === 'failed')
    events.emit(tenant, { type: 'turn_failed', session_id: answer.sessionId, problem: outcome.problem })
  events.emit(tenant, { type: 'message_completed', session_id: answer.sessionId, message })
  await left // a stopped answer is complete at once, but the next turn does not meet this one in the workspace
}

interface Listener {
  say: (text: string) => void
  onLeaving: (left: Promise<unknown>) => void
}

/** Whatever happens becomes an outcome. */
async function listen(world: TurnWorld, asked: MessageRow, signal: AbortSignal, { say, onLeaving }: Listener): Promise<Outcome> {
  let token: string | undefined
  try {
    const turn = await prepareTurn(world, asked)
    if (signal.aborted) // stopped, or its session is being removed: the agent hears nothing of it
      return { status: 'cancelled' }
    for await (const event of untilAborted(world.agent.run(turn, signal), signal, onLeaving)) {
      if (event.type === 'delta')
        say(event.text)
      else
        token = event.token
    }
    return { status: signal.aborted ? 'cancelled' : 'complete', token }
  }
  catch (error) {
    if (signal.aborted)
      return { status: 'cancelled', token }
    if (error instanceof ProblemError)
      return { status: 'failed', problem: error.problem }
    if (error instanceof AgentError) {
      world.log.warn(error, 'the agent did not answer')
      return { status: 'failed', problem: problem(502, error.code, error.message, { filename: error.filename }) }
    }
    world.log.error(error, 'a turn failed')
    return { status: 'failed', problem: problem(500, 'internal_error', 'The agent stopped because of an error in the server.') }
  }
}

async function prepareTurn(world: TurnWorld, asked: MessageRow): Promise<Turn> {
  const { database, blobs, workspaces } = world
  const workspaceFolder = await (await workspaces.of(asked.tenant_id)).ensureFolder(asked.session_id)
  const stored = await getMessageAttachments(database, asked.tenant_id, asked.id)
  const attachments = await placeAttachments(world, stored)
  const session = await database.selectFrom('sessions').select('agent_session_id')
    .where('tenant_id', '=', asked.tenant_id).where('id', '=', asked.session_id)
    .executeTakeFirst()
  return {
    sessionId: asked.session_id,
    workspaceFolder,
    content: await readContent(asked, attachments, blobs, world.limits),
    resume: session?.agent_session_id ?? undefined,
  }
}

async function readContent(asked: MessageRow, attachments: readonly AttachmentRow[], blobs: BlobStore, limits: Limits) {
  try {
    return await buildBlocks(asked, attachments, blobs, limits)
  }
  catch (error) {
    if (error instanceof ProblemError)
      throw error
    throw Object.assign(refusal(500, 'attachment_unavailable', 'A file of this message cannot be read any more, so the agent was not asked.'), { cause: error })
  }
}
