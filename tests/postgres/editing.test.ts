import path from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { databaseUrlOf } from '../helpers/databases.ts'
import { eventually } from '../helpers/eventually.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { scriptedAgent } from '../helpers/scriptedAgent.ts'

describe.skipIf(!inject('postgres'))('a waiting message that is edited, on several servers', () => {
  test('is waited for by the server that has the session, whichever one hears that it is edited, and by the next one where that stops', async () => {
    const folder = await temporaryFolder()
    const databaseUrl = (await databaseUrlOf(folder))!
    const { agent, turns } = scriptedAgent()
    const open = (name: string) => openServer({ agent: { ...agent, resumes: true }, machines: 'many', databaseUrl, dataFolder: path.join(folder, name), blobStore: { kind: 'folder', folder: path.join(folder, 'files') } })
    const [a, b] = [await open('a'), await open('b')]
    const edit = async (id: string, method: string) => (await b.request(`/api/sessions/one/messages/${id}/editing`, { method })).status
    const [tab, other] = [await a.connect(), await b.connect()]
    other.send({ type: 'subscribe', session_id: 'one' })
    await tab.ask({ session_id: 'one', text: 'first' })
    await eventually(() => turns.length).toBe(1)
    const second = await tab.ask({ session_id: 'one', text: 'second' })

    expect(await edit(second.id, 'PUT')).toBe(200)
    expect((await other.heard('message_updated')).message).toMatchObject({ id: second.id, editing: { by: null } })
    turns[0]!.finish()
    for (const server of [a, b])
      await eventually(async () => (await server.sessions())[0]).toMatchObject({ running: true, waiting: true })

    await a.close()
    await eventually(async () => (await b.sessions())[0]).toMatchObject({ running: true, waiting: true })
    expect(turns.length).toBe(1)
    expect(await edit(second.id, 'DELETE')).toBe(204)
    await eventually(() => turns.length).toBe(2)
  })
})
