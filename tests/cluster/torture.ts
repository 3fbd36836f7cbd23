import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createRandom } from '../torture/random.ts'
import { openLine } from '../torture/line.ts'
import { createDisturbances, type Disturbance, type Machine } from './disturbances.ts'
import { openEngines } from './engines.ts'
import { readClusterOptions } from './options.ts'
import { openPerson, type Person } from './person.ts'
import { openPrograms } from './programs.ts'
import { compare, watchStates } from './record.ts'
import { openServerProcess } from './serverProcess.ts'
import { createTold } from './told.ts'

// Several servers on one PostgreSQL and one S3 server, many clients that write and follow over all of them, and a
// server that is killed again and again, frozen, restarted, or cut off. In the end what was accepted, stored, answered
// and seen must agree.

/** Messages that all clients together send in a second. */
const MESSAGES_A_SECOND = 6
/** Milliseconds in which at least one more message is answered, when nothing is disturbed any more. */
const SETTLED_MS = 120_000
const FREEZE_EVERY = 3
/** Looks at what is not answered yet, from one line about it to the next. */
const TOLD_EVERY = 10

const options = readClusterOptions()
const random = createRandom(options.seed)
console.log(`seed ${options.seed}: ${options.servers} servers, ${options.clients} clients, ${options.minutes} minutes, ${options.only?.join(', ') ?? 'a kill'} every ${options.every} s`)
const folder = await mkdtemp(path.join(tmpdir(), 'satchel-cluster-'))
const engines = await openEngines({ crashes: true })
const place = await engines.makePlace()
const broken: Error[] = []
const onBroken = (error: Error) => void broken.push(error)
const machines: Machine[] = []
for (let i = 0; i < options.servers; i++) {
  const way = await openLine(place.databaseUrl)
  const lined = new URL(place.databaseUrl)
  lined.port = new URL(way.url).port
  const server = await openServerProcess(path.join(folder, `server-${i}`), { ...place.environment, DATABASE_URL: lined.href, MACHINES: 'many' }, onBroken)
  machines.push({ server, way })
}
const servers = machines.map(({ server }) => server)
const urls = servers.map(({ url }) => url)
const states = await watchStates(place.databaseUrl)

const sessions = Array.from({ length: Math.max(2, Math.ceil(options.clients / 2)) }, (_, i) => `session-${i}`)
for (const id of sessions)
  await fetch(`${urls[0]}/api/sessions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ id }) })

const told = createTold()
let balanced = 0
const people: Person[] = Array.from({ length: options.clients }, (_, i) => openPerson({
  name: `client ${i}`,
  sessions: [sessions[i % sessions.length]!, sessions[(i + 1) % sessions.length]!],
  balance: () => urls[balanced++ % urls.length]!,
  random: createRandom(options.seed + i + 1),
  told,
  onBroken,
}))
for (const person of people)
  person.start(Math.max(1500, options.clients * 1000 / MESSAGES_A_SECOND))
const programs = await openPrograms(options.programs, urls, options.seed, onBroken)

const disturb = createDisturbances(machines, engines, random)
const counts: Partial<Record<Disturbance, number>> = {}
const others: Disturbance[] = ['restart', 'stall', 'drop', 'crash', 'databaseAway', 'cutOff', 'storeAway']
const underWay = new Set<Promise<void>>()
const begun = performance.now()
const end = begun + options.minutes * 60_000
const since = () => `${Math.round((performance.now() - begun) / 1000)} s`

function begin(name: Disturbance) {
  counts[name] = (counts[name] ?? 0) + 1
  console.log(`${since()}: ${name}`)
  const work = disturb[name]().catch(error => void broken.push(error as Error)).finally(() => underWay.delete(work))
  underWay.add(work)
  return work
}

try {
  for (let round = 0; performance.now() < end && !broken.length; round++) {
    await pause(Math.min(options.every * 1000, Math.max(0, end - performance.now())))
    if (options.only)
      await begin(options.only[round % options.only.length]!)
    else
      await disturbAtRandom(round)
  }
  await Promise.all(underWay)
  people.forEach(person => person.stopWriting())
  programs.stopWriting()
  console.log(`${since()}: nothing is disturbed any more`)
  let [settled, least] = [performance.now() + SETTLED_MS, Infinity]
  for (let look = 0; !broken.length; look++) {
    const waiting = await unfinished()
    const { length } = waiting
    if (look % TOLD_EVERY === 0)
      console.log(`${since()}: ${people.reduce((all, person) => all + person.waiting().length, 0)} not accepted, ${JSON.stringify(countBy(waiting.map(({ status }) => status)))}, ${people.filter(person => !person.isSettled()).length} clients not settled, ${programs.waiting()} programs wait`)
    if (!length && people.every(person => person.isSettled()) && !programs.waiting())
      break
    if (length < least)
      [settled, least] = [performance.now() + SETTLED_MS, length]
    if (performance.now() > settled)
      throw new Error(`not everything is answered: ${JSON.stringify(people.filter(person => !person.isSettled()).map(person => [person.name, person.waiting(), [...person.followed.values()].map(f => [f.session, f.isLive(), f.last()])]))} ${JSON.stringify(await unfinished())}`)
    await pause(500)
  }
  if (broken[0])
    throw broken[0]
  await pause(1000) // what was told last is on its way
  const { accepted, files } = await compare(urls, sessions, people, await states.read())
  if (broken[0])
    throw broken[0]
  const sum = (read: (person: Person) => number) => people.reduce((all, person) => all + read(person), 0)
  const followed = (name: 'gaps' | 'resyncs' | 'events') => sum(person => [...person.followed.values()].reduce((all, { counts }) => all + counts[name], 0))
  if (options.programs)
    console.log(await programs.compare())
  console.log(`nothing lost, nothing doubled: ${accepted} messages accepted, stored and answered once, ${files} files; ${told.count()} events, heard ${followed('events')} times, ${followed('gaps')} gaps noticed, ${followed('resyncs')} told; ${sum(({ counts }) => counts.connections)} connections, ${sum(({ counts }) => counts.again)} messages sent again, ${sum(({ counts }) => counts.refused)} told to come later; ${JSON.stringify(counts)} in ${since()}`)
}
catch (error) {
  console.error(`BROKEN: ${(error as Error).stack}\nThe servers' logs are in ${folder}`)
  process.exitCode = 1
}
finally {
  people.forEach(person => person.close())
  programs.close()
  await Promise.all(underWay)
  await Promise.all(servers.map(server => server.remove()))
  await Promise.all(machines.map(({ way }) => way.close()))
  await engines.stop()
}
process.exit()

async function disturbAtRandom(round: number) {
  if (round % FREEZE_EVERY === FREEZE_EVERY - 1 && servers.every(server => server.state() === 'running'))
    void begin('freeze')
  if (servers.some(server => server.state() === 'running'))
    await begin(round % 2 ? random.pick(others) : 'kill')
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words)
    counts[word] = (counts[word] ?? 0) + 1
  return counts
}

async function unfinished() {
  const response = await Promise.all(sessions.map(async id => fetch(`${urls[0]}/api/sessions/${id}/messages?limit=100`).then(async reply => reply.ok ? (await reply.json() as { messages: { id: string, status: string, text: string }[] }).messages : [{ id, status: String(reply.status), text: '' }], () => [{ id, status: 'unknown', text: '' }])))
  return response.flat().filter(({ status }) => status !== 'complete' && status !== 'failed').map(({ id, status, text }) => ({ id, status, text: text.slice(0, 40) }))
}
