import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { createSatchelClient } from '../../src/sdk/satchel.ts'
import type { Agent } from '../../src/server/agents/agent.ts'
import { image, text } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { missingSdk, openClaude } from '../helpers/openClaude.ts'
import { ANN, bearer, openServer, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { rememberingAgent } from '../helpers/rememberingAgent.ts'
import { storedBlobs } from '../helpers/storedBlobs.ts'

async function open(agent?: Agent) {
  const server = await openServer({ ...agent && { agent } })
  const tab = await server.connect()
  const say = async (words: string, more: object = {}) => {
    const asked = await tab.ask({ session_id: 'one', text: words, ...more })
    const answer = await tab.answerTo(asked)
    await eventually(async () => (await server.sessions()).find(({ id }) => id === 'one')?.running).toBe(false)
    return { asked, answer }
  }
  const shown = async () => (await server.messages('one')).map(message => message.text)
  const remove = async (id: string) => (await server.request(`/api/sessions/one/turns/${id}`, { method: 'DELETE' })).status
  return { server, tab, say, shown, remove }
}

test('a turn is deleted with its answer, its files and what the agent remembers from it on; what followed says so', async () => {
  const { server, tab, say, shown, remove } = await open(rememberingAgent)
  await say('a')
  const { asked, answer } = await say('secret words', { images: [image(pngBytes())] })
  const { answer: next } = await say('c')
  expect(await storedBlobs(server.dataFolder)).toHaveLength(1)

  expect(await remove(asked.id)).toBe(204)

  expect(await shown()).toEqual(['a', 'a', 'c', 'a > secret words > c'])
  expect((await server.messages('one')).at(-1)).toMatchObject({ id: next.id, parts: [{ type: 'notice', code: 'turn_deleted' }, { type: 'text' }] })
  await eventually(async () => tab.all('message_removed').map(({ message_id }) => message_id)).toEqual([asked.id, answer.id])
  expect((await tab.heard('message_updated', ({ message }) => message.id === next.id)).message).toMatchObject({ parts: [{ code: 'turn_deleted' }, { type: 'text' }] })
  expect((await server.request(asked.attachments[0]!.url)).status).toBe(404)
  expect(await storedBlobs(server.dataFolder)).toEqual([])
  expect((await server.sessions())[0]).toMatchObject({ mediaCount: 0 })
  expect(await (await server.request('/api/search?q=secret%20words&limit=50')).text()).not.toContain(asked.id)
  expect((await say('d')).answer.text).toBe('a > d')
  expect(await remove(asked.id)).toBe(404)
})

test('whoever says how they saw a turn does not delete another version or answer of it; what followed on it is no reason to keep it', async () => {
  const { server, tab, say, shown } = await open()
  const { asked } = await say('first')
  const seen = (await server.sessions())[0]!.updatedAt
  const satchel = createSatchelClient({ baseUrl: server.url })
  await eventually(() => new Date().toISOString() > seen).toBe(true)
  const { asked: edited } = await say('first, and better', { replaces: asked.id })

  await expect(satchel.deleteTurn('one', asked.id, { unchangedSince: seen })).rejects.toMatchObject({ status: 409, code: 'changed_since' })
  expect((await shown())[0]).toBe('first, and better')
  const since = (await server.sessions())[0]!.updatedAt
  await eventually(() => new Date().toISOString() > since).toBe(true)
  await say('and then?')
  await satchel.deleteTurn('one', edited.id, { unchangedSince: since })
  expect(await shown()).not.toContain('first, and better')
  expect(tab.all('message_removed').map(({ message_id }) => message_id)).toContain(edited.id)
})

test('the last turn is forgotten, and what was said before it is not', async () => {
  const { server, say, shown } = await open(rememberingAgent)
  await say('a')
  const { asked } = await say('b')
  const satchel = createSatchelClient({ baseUrl: server.url })

  await satchel.deleteTurn('one', asked.id)

  expect(await shown()).toEqual(['a', 'a'])
  expect((await say('c')).answer.text).toBe('a > c')
})

test('of versions one is deleted, and another that stood beside it is shown', async () => {
  const { server, tab, say, shown, remove } = await open(rememberingAgent)
  await say('a')
  const { asked: b } = await say('b')
  const { asked: other } = await say('B', { replaces: b.id })
  await say('C')

  expect(await remove(other.id)).toBe(204)
  expect(await shown()).toEqual(['a', 'a', 'C', 'a > B > C'])
  await tab.heard('branch_changed', ({ event_id }) => event_id > tab.all('message_removed')[0]!.event_id)
  const c = (await server.messages('one'))[2]!
  expect(c.branch).toMatchObject({ index: 2, count: 2, previousId: b.id })

  expect(await remove(c.id)).toBe(204)
  expect(await shown()).toEqual(['a', 'a', 'b', 'a > b'])
  expect((await say('d')).answer.text).toBe('a > b > d')
})

test('its files leave the agent\'s folder, but those that were changed since', async () => {
  const { server, say, remove } = await open()
  const { asked } = await say('/write a.txt one\n/write b.txt two', { documents: [text('notes', 'notes.txt')] })
  await say('/edit b.txt two => three')

  await remove(asked.id)

  const lies = (await readdir(path.join(server.dataFolder, 'workspaces/one'), { recursive: true, withFileTypes: true })).filter(entry => entry.isFile()).map(({ name }) => name)
  expect(lies).toEqual(['b.txt'])
  const { answer } = await say('/read b.txt')
  expect(answer.parts).toMatchObject([{ type: 'tool', status: 'done' }])
})

test('nothing is deleted while the agent is at work, and what waits is cancelled by its own path', async () => {
  const { server, tab, say, remove } = await open()
  const { asked: first } = await say('hi')
  const running = await tab.ask({ session_id: 'one', text: '/slow 999' })
  const waiting = await tab.ask({ session_id: 'one', text: 'later' })

  expect([await remove(first.id), await remove(running.id), await remove(waiting.id)]).toEqual([409, 409, 409])
  expect((await server.request(`/api/sessions/one/messages/${first.id}`, { method: 'DELETE' })).status).toBe(409)
  expect((await server.request(`/api/sessions/one/messages/${waiting.id}`, { method: 'DELETE' })).status).toBe(204)
  tab.send({ type: 'stop', session_id: 'one' })
  await tab.answerTo(running)
  await eventually(() => remove(running.id)).toBe(204)
})

test('another tenant\'s turn is not there', async () => {
  const server = await openServer({ apiKeys: TWO_TENANTS })
  server.as(ANN)
  const tab = await server.connect()
  const asked = await tab.ask({ session_id: 'mine', text: 'hi' })
  await tab.answerTo(asked)

  expect((await server.request(`/api/sessions/mine/turns/${asked.id}`, { method: 'DELETE', headers: bearer(ZOE) })).status).toBe(404)
})

describe.skipIf(await missingSdk())('With Claude', { timeout: 120_000 }, () => {
  test('a deleted turn is in no later request and in no row of its record', async () => {
    const { api, server } = await openClaude()
    const tab = await server.connect()
    const say = async (words: string, more: object = {}) => {
      const asked = await tab.ask({ session_id: 'one', text: words, ...more })
      await tab.answerTo(asked)
      await eventually(async () => (await server.sessions())[0]?.running).toBe(false)
      return asked
    }
    await say('the first words')
    const asked = await say('the secret words', { images: [image(pngBytes({ width: 300, height: 300 }))] })
    await say('the third words')

    expect((await server.request(`/api/sessions/one/turns/${asked.id}`, { method: 'DELETE' })).status).toBe(204)
    expect(JSON.stringify(await server.rows('transcript_entries'))).toContain('the first words')
    expect(JSON.stringify(await server.rows('transcript_entries'))).not.toContain('secret')
    await say('the fourth words')

    const told = JSON.stringify(api.requests.at(-1)!.messages)
    expect(told).toContain('the first words')
    expect(told).not.toContain('the secret words')
    expect(JSON.stringify(await server.rows('transcript_entries'))).not.toContain('secret')
    expect(await storedBlobs(server.dataFolder)).toEqual([])
  })
})
