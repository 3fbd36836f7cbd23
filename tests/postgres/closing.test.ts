import { sql } from 'kysely'
import { describe, expect, inject, test } from 'vitest'
import { createLeases } from '../../src/server/machines/leases/leases.ts'
import { openDatabaseOf } from '../helpers/databases.ts'
import { temporaryFolder } from '../helpers/openServer.ts'

const silent = { warn: () => {}, error: () => {} } as never

describe.skipIf(!inject('postgres'))('a server that stops', () => {
  test('leaves no session that others would have to wait for: one that is just being taken is given back, and none is taken any more', async () => {
    const database = await openDatabaseOf(await temporaryFolder())
    const leases = createLeases({ database, machine: 'this', log: silent }, { onTaken: async () => {}, onLost: async () => {}, onGivenBack: () => undefined })
    const entering = leases.enter({ tenant: 'default', id: 'taken' }).catch(() => undefined)
    await leases.close()
    await expect(leases.enter({ tenant: 'default', id: 'late' })).rejects.toMatchObject({ problem: { status: 503, code: 'shutting_down' } })
    await entering

    const held = await database.selectFrom('session_leases').select('session_id').where('until', '>', sql<Date>`clock_timestamp()`).execute()
    expect(held).toEqual([])
  })
})
