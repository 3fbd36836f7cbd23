import path from 'node:path'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { openPerson } from '../cluster/person.ts'
import { compare, watchStates } from '../cluster/record.ts'
import { createTold } from '../cluster/told.ts'
import { databaseUrlOf } from '../helpers/databases.ts'
import { eventually } from '../helpers/eventually.ts'
import { freePort } from '../helpers/freePort.ts'
import { temporaryFolder } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { startServer } from '../helpers/serverProcess.ts'
import { createRandom } from '../torture/random.ts'

const PEOPLE = 5
const SESSIONS = ['one', 'two', 'three', 'four', 'five']
/** Milliseconds between two messages of a person: answers keep up with it. */
const EACH_MS = 3000
/** Milliseconds. It takes half a minute; what was written while the machine was very busy is answered afterwards. */
const TIMEOUT = 300_000

/** Two real servers on one database and one store of files; their addresses stay. */
async function openTwo() {
  const folder = await temporaryFolder()
  const databaseUrl = (await databaseUrlOf(folder))!
  async function open(name: string) {
    const port = String(await freePort())
    const start = () => startServer({ PORT: port, DATA_DIR: path.join(folder, name), DATABASE_URL: databaseUrl, BLOB_STORE: path.join(folder, 'files'), MACHINES: 'many', AGENT: 'loopback' })
    let server = await start()
    return {
      url: server.url,
      async restart() {
        const { code } = await server.kill('SIGTERM')
        expect(code, server.output()).toBe(0)
        server = await start()
      },
    }
  }
  return { servers: await Promise.all(['a', 'b'].map(open)), databaseUrl }
}

describe.skipIf(!inject('postgres'))('servers that are restarted one after the other', () => {
  test('lose and double nothing of what people write meanwhile, and everybody comes back by themselves', async () => {
    const { servers, databaseUrl } = await openTwo()
    const urls = servers.map(({ url }) => url)
    const states = await watchStates(databaseUrl)
    for (const id of SESSIONS)
      await fetch(`${urls[0]}/api/sessions`, json({ id }))
    const broken: Error[] = []
    const told = createTold()
    let balanced = 0
    const people = Array.from({ length: PEOPLE }, (_, i) => openPerson({
      name: `person ${i}`,
      sessions: [SESSIONS[i % SESSIONS.length]!, SESSIONS[(i + 1) % SESSIONS.length]!],
      balance: () => urls[balanced++ % urls.length]!,
      random: createRandom(i + 1),
      told,
      onBroken: error => void broken.push(error),
    }))
    onTestFinished(() => people.forEach(person => person.close()))
    people.forEach(person => person.start(EACH_MS))
    const acceptedOf = () => people.map(({ accepted }) => accepted.size)
    const untilEverybodyWrote = async (more: number) => {
      const before = acceptedOf()
      await eventually(() => broken.length > 0 || acceptedOf().every((count, i) => count >= before[i]! + more)).toBe(true)
      expect(broken).toEqual([])
    }

    await untilEverybodyWrote(1)
    for (const server of servers) {
      await server.restart()
      await untilEverybodyWrote(1)
    }
    people.forEach(person => person.stopWriting())
    await expect.poll(async () => broken.length > 0 || people.every(person => person.isSettled()) && !(await unfinishedIn(urls[0]!)), { interval: 200, timeout: TIMEOUT / 2 }).toBe(true)
    expect(broken).toEqual([])

    const read = async () => compare(urls, SESSIONS, people, await states.read())
    await expect.poll(() => read().then(({ accepted }) => accepted, (error: unknown) => error)).toBe(acceptedOf().reduce((sum, count) => sum + count))
    expect(people.every(({ counts }) => counts.connections > 1)).toBe(true)
    expect(broken).toEqual([])
    console.info(`${acceptedOf().reduce((sum, count) => sum + count)} messages, ${told.count()} events, ${people.reduce((sum, { counts }) => sum + counts.connections, 0)} connections`)
  }, TIMEOUT)
})

/** Whether something waits there or is being answered. */
async function unfinishedIn(url: string): Promise<boolean> {
  const { sessions } = await (await fetch(`${url}/api/sessions?limit=100`)).json() as { sessions: { running: boolean }[] }
  return sessions.some(({ running }) => running)
}
