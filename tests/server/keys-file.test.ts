import { readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { hashKey, readApiKeys, readKeyLines } from '../../src/server/accounts/apiKeys.ts'
import { readKeysFile } from '../../src/server/accounts/keysFile.ts'
import { readConfig } from '../../src/server/config/config.ts'
import { createSatchelClient } from '../../src/sdk/client.ts'
import { eventually } from '../helpers/eventually.ts'
import { ABE, ANN, bearer, openServer, temporaryFolder, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'

async function openWithFile(text: string) {
  const file = path.join(await temporaryFolder(), 'keys')
  await writeFile(file, text)
  const lines: { msg: string }[] = []
  const keysFile = { path: file, exposed: true, everyMs: 20 }
  const logger = { level: 'info', stream: { write: (line: string) => void lines.push(JSON.parse(line) as { msg: string }) } }
  const server = await openServer({ apiKeys: readKeysFile(keysFile), keysFile, logger })
  const statusOf = async (key: string) => (await server.request('/api/me', { headers: bearer(key) })).status
  return { server, file, lines, statusOf, write: (next: string) => writeFile(file, next) }
}

const FILE = `# who works here\n\n${ANN}:acme:ann\nsha256:${hashKey(ABE).toUpperCase()}:acme:abe\n`

test('keys stand in a file, one a line, as themselves or as hashes that let nobody in by themselves', async () => {
  const { statusOf } = await openWithFile(FILE)

  expect(await Promise.all([ANN, ABE, ZOE, hashKey(ABE), `sha256:${hashKey(ABE)}`].map(statusOf))).toEqual([200, 200, 401, 401, 401])
})

test('a changed file counts without a restart: who is new comes in, who was taken out is gone at once, from every line', async () => {
  const { server, file, statusOf } = await openWithFile(FILE)
  const [ann, abe] = [await server.connect({ headers: bearer(ANN) }), await server.connect({ headers: bearer(ABE) })]
  const closed = new Promise<number>(resolve => ann.socket.once('close', resolve))
  await writeFile(`${file}.new`, `sha256:${hashKey(ABE)}:acme:abe\n${ZOE}:zoo:zoe:reader\n`)

  await rename(`${file}.new`, file)

  await eventually(() => statusOf(ZOE)).toBe(200)
  expect(await closed).toBe(4401)
  expect(await Promise.all([ANN, ABE].map(statusOf))).toEqual([401, 200])
  expect((await server.request('/api/sessions', json({}, bearer(ZOE)))).status).toBe(403)
  abe.send({ type: 'ping' })
  await abe.heard('pong')
})

test('a broken file changes nothing, and the log says why without a key', async () => {
  const { lines, statusOf, write } = await openWithFile(FILE)

  await write(`${ANN}:acme:ann\n${ZOE}:zo o:zoe\n`)

  await eventually(() => lines.map(({ msg }) => msg).join()).toMatch(/API_KEYS_FILE: the tenant of line 2 may only have .*keys of before go on/)
  expect(await Promise.all([ANN, ABE, ZOE].map(statusOf))).toEqual([200, 200, 401])
  await write('')
  await eventually(() => lines.map(({ msg }) => msg).join()).toMatch(/holds no key/)
  expect(await statusOf(ANN)).toBe(200)
  await write(`${ZOE}:zoo:zoe\n`)
  await eventually(() => statusOf(ZOE)).toBe(200)
  for (const key of [ANN, ABE, ZOE])
    expect(JSON.stringify(lines)).not.toContain(key)
})

test('what is wrong with keys is said at the start', async () => {
  const folder = await temporaryFolder()
  await writeFile(path.join(folder, 'empty'), '# nobody\n')

  expect(() => readConfig({ API_KEYS_FILE: path.join(folder, 'none') })).toThrow(/API_KEYS_FILE: the file cannot be read \(ENOENT\)/)
  expect(() => readConfig({ API_KEYS_FILE: path.join(folder, 'empty') })).toThrow(/holds no key/)
  expect(() => readConfig({ API_KEYS_FILE: path.join(folder, 'empty'), API_KEYS: 'a:b:c' })).toThrow(/Both/)
  for (const [line, reason] of [['sha256:12:acme:ann', /line 1 is not of the form/], [`${ANN}:acme:ann:owner`, /line 1 is not of the form.*member or reader/], [`${ANN}:acme:ann:reader:x`, /form/], ['short:acme:ann', /too short/], [`${ANN}:acme:ann\n${ANN}:acme:abe`, /lines 1 and 2/]] as const)
    expect(() => readKeyLines(line, true), line).toThrow(reason)
  expect(readApiKeys(`${ANN}:acme:ann:reader`, true)).toMatchObject([{ account: { tenant: 'acme', user: 'ann' }, role: 'reader' }])
  expect(await readFile(path.join(folder, 'empty'), 'utf8')).toBe('# nobody\n')
})

test('who signs out everywhere is signed out in every browser and on every line, and nobody else is', async () => {
  const server = await openServer({ apiKeys: TWO_TENANTS })
  const signIn = async (key: string) => {
    const response = await server.request('/api/sign-in', json({ key }, { origin: server.url }))
    return { cookie: response.headers.getSetCookie()[0]!.split(';')[0]!, origin: server.url }
  }
  const [one, two, abe] = [await signIn(ANN), await signIn(ANN), await signIn(ABE)]
  const tabs = [await server.connect({ headers: two }), await server.connect({ headers: bearer(ANN) })]
  const other = await server.connect({ headers: abe })
  const closed = Promise.all(tabs.map(({ socket }) => new Promise<number>(resolve => socket.once('close', resolve))))

  const response = await server.request('/api/sign-out-everywhere', { method: 'POST', headers: one })

  expect(response.status).toBe(204)
  expect(await closed).toEqual([4401, 4401])
  const statusOf = async (headers: Record<string, string>) => (await server.request('/api/me', { headers })).status
  expect(await Promise.all([one, two, abe].map(statusOf))).toEqual([401, 401, 200])
  other.send({ type: 'ping' })
  await other.heard('pong')

  const again = await signIn(ANN)
  await createSatchelClient({ baseUrl: server.url, apiKey: ANN }).signOutEverywhere()
  expect(await statusOf(again)).toBe(401)
})
