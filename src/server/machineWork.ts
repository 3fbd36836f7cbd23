import type { FastifyBaseLogger } from 'fastify'
import type { Agent } from './agents/agent.ts'
import type { Events } from './events/events.ts'
import type { SessionKey } from './identity/sessionKey.ts'
import type { MachineWork } from './machines/machines.ts'
import type { Sessions } from './sessions/sessions.ts'
import type { Database } from './storage/database/database.ts'
import type { TenantWorkspaces } from './storage/workspace/tenantWorkspaces.ts'
import { failInterrupted, findUnfinished } from './turns/recovery.ts'
import type { Turns } from './turns/turns.ts'

interface WorkDeps { database: Database, agent: Agent, turns: Turns, events: Events, sessions: Sessions, workspaces: TenantWorkspaces, log: FastifyBaseLogger }

/** What a machine does when it takes a session, loses it, or hears of it. */
export function machineWork({ database, agent, turns, events, sessions, workspaces, log }: WorkDeps): MachineWork {
  /** Where the agent cannot go on with a turn, its answer has failed. */
  async function tellInterrupted(session: SessionKey) {
    for (const message of await failInterrupted(database, session)) {
      if (message.problem)
        events.emit(session.tenant, { type: 'turn_failed', session_id: session.id, problem: message.problem })
      events.emit(session.tenant, { type: 'message_completed', session_id: session.id, message })
    }
  }

  /** What was on this machine of a session that another one has deleted. */
  async function forget({ tenant, id }: SessionKey) {
    const ofTenant = await workspaces.of(tenant)
    await agent.forget?.({ tenant, sessionId: id, workspaceFolder: ofTenant.pathOf(id) })
    await ofTenant.remove(id)
  }

  return {
    async onTaken(session) {
      events.begin(session)
      const unfinished = await findUnfinished(database, session)
      if (!unfinished.length)
        return
      await events.open(session)
      if (!agent.resumes)
        await tellInterrupted(session)
      for (const id of unfinished)
        turns.enqueue(session, id) // what has failed meanwhile is not asked
      await sessions.announce(session)
    },

    async onLost(session) {
      await turns.abandon(session)
      events.close(session)
      events.begin(session)
    },

    onGivenBack: events.close,
    hear(news) {
      events.hear(news)
      if (news.type === 'event' && news.kind === 'session_deleted')
        forget(news.session).catch((error: unknown) => log.warn(error, 'what this machine had of a deleted session is left over'))
    },
    miss: events.miss,
    compareAll: events.compareAll,
    snapshot: events.snapshot,
    announce: sessions.announce,
  }
}
