import path from 'node:path'
import { expect, test } from 'vitest'
import { openBlobStore } from '../../src/server/storage/blobs/openBlobStore.ts'
import { leavingStore } from '../helpers/disks.ts'
import { eventually } from '../helpers/eventually.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

test('a conversation whose files are away now is not taken away by half: it is told at once; one without files can be had', async () => {
  const dataFolder = await temporaryFolder()
  const { blobs, leave } = leavingStore(await openBlobStore({ kind: 'folder', folder: path.join(dataFolder, 'attachments') }))
  const server = await openServer({ dataFolder, agent: instantAgent().agent, blobs })
  for (const id of ['files', 'words'])
    await server.request('/api/sessions', json({ id }))
  await server.request('/api/sessions/files/messages', form({ content: 'look' }, [file('a.txt', Buffer.from('one'))]))
  await server.request('/api/sessions/words/messages', json({ content: 'hello' }))
  await eventually(async () => (await server.sessions()).some(({ running }) => running)).toBe(false)

  leave()
  const refused = await server.request('/api/sessions/files/export')
  expect(refused.status).toBe(503)
  expect(await refused.json()).toMatchObject({ code: 'storage_unavailable', detail: 'The server cannot reach its storage at the moment. Try again in a while.' })
  const whole = await server.request('/api/sessions/words/export')
  expect(whole.status).toBe(200)
  expect((await whole.arrayBuffer()).byteLength).toBeGreaterThan(0)
})
