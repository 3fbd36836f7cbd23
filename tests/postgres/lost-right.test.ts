import { describe, expect, inject, test } from 'vitest'
import { createLive } from '../../src/server/events/live.ts'
import { createLeases } from '../../src/server/machines/leases/leases.ts'
import { SERVER_LIMITS } from '../../src/server/config/serverLimits.ts'
import { createFairQueue } from '../../src/server/queues/fairQueue.ts'
import { fenced, LeaseLost, type Fence } from '../../src/server/storage/database/fence/fence.ts'
import { createTurns } from '../../src/server/turns/turns.ts'
import { openDatabaseOf } from '../helpers/databases.ts'
import { temporaryFolder } from '../helpers/openServer.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

const silent = { warn: () => {}, error: () => {} } as never
const session = { tenant: 'default', id: 'one' }

describe.skipIf(!inject('postgres'))('a server that loses a session while a message is being stored in it', () => {
  test('leaves the message to whoever takes the session, also where that is itself: a turn that could write nothing would keep all later ones behind it', async () => {
    const database = await openDatabaseOf(await temporaryFolder())
    const leases = createLeases({ database, machine: 'this', log: silent }, { onTaken: async () => {}, onLost: async () => {}, onGivenBack: () => undefined })
    const live = createLive()
    const turns = createTurns({ database, live, agent: instantAgent().agent, keep: leases.keep, log: silent } as never, { announce: async () => {} } as never, createFairQueue({ atOnce: 1, perKey: 1 }), SERVER_LIMITS)
    const enter = async (): Promise<Fence> => {
      const entered = await leases.enter(session)
      if (entered.elsewhere !== undefined)
        throw new Error('nobody else is there')
      entered.leave()
      return entered.fence
    }
    const lost = await enter()
    await leases.believe(new LeaseLost(lost))
    const enqueue = (fence: Fence) => fenced(fence, () => turns.enqueue(session, 'message'))

    enqueue(lost)
    expect(turns.isBusy(session)).toBe(false)
    const held = await enter()
    enqueue(lost)
    expect(turns.isBusy(session)).toBe(false)
    enqueue(held)
    expect(turns.isBusy(session)).toBe(true)
    await turns.drop(session)
    await leases.close()
  })
})
