import { setTimeout as pause } from 'node:timers/promises'
import { expect, type Page } from '@playwright/test'
import { openApp, textbox } from '../e2e/app.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import { createActions, namesIn, WEIGHTS, type ActionName } from './actions.ts'
import { nameOf, readDevice, type Device } from './device.ts'
import { createFiles } from './files.ts'
import { createLedger } from './ledger.ts'
import { startMachine } from './machine.ts'
import type { Options } from './options.ts'
import { createRandom } from './random.ts'
import { servedHash } from './record.ts'
import { look, type Sight } from './sight.ts'
import { expectNoneComeBack, expectNothingDangling, expectOnce } from './soundness.ts'
import { answerAll } from './turnActions.ts'
import { createTurnLedger } from './turnLedger.ts'
import { promise } from './violation.ts'

/** Milliseconds within which the kill falls after an action was begun. */
const LATEST_KILL = 300
/** Rounds after which everything that waits must get through. */
const CALM_EVERY = 8
/** Actions that can be under way when the kill comes. */
const CUT_OFF: ActionName[] = ['type', 'attach', 'send', 'remove', 'undo', 'decide', 'reload', 'ask', 'ask', 'answer', 'answer', 'answer', 'answer']

const sentOf = (all: readonly Message[]) => all.filter(({ role }) => role === 'user')

export type Torture = Awaited<ReturnType<typeof openTorture>>

export async function openTorture({ seed, log }: Pick<Options, 'seed'> & { log: (line: string) => void }) {
  const machine = await startMachine()
  const random = createRandom(seed)
  const files = createFiles(machine.disk, random)
  const ledger = createLedger(files)
  const turns = createTurnLedger()
  const actions = createActions({ machine, files, ledger, turns, random })
  const counts = { unprepared: 0, rounds: 0, actions: 0, missed: 0, messages: 0, questions: 0, answers: 0, made: 0, browserKillsInTurns: 0, serverKillsInTurns: 0 }

  /** @returns whether there was something to do it with */
  async function act(page: Page, name: ActionName): Promise<boolean> {
    let done: unknown
    try {
      done = await actions[name](page)
    }
    catch (error) {
      if (machine.pages().length === 0 || page.isClosed())
        return false // the kill was quicker
      counts.missed++
      done = `missed: ${(error as Error).message}`
    }
    if (done === undefined)
      return false
    counts.actions++
    log(`  ${name} ${done === true ? '' : String(done)}`)
    return true
  }

  /** What all tabs show at this moment goes into the ledger. */
  async function see(): Promise<void> {
    const sights = await Promise.all(machine.pages().map(page => look(page).catch(() => undefined)))
    ledger.see(sights.filter((sight): sight is Sight => sight !== undefined))
  }

  /** Nobody's turn waits for a person: one is begun, so that kills find some. */
  async function keepAsking(): Promise<void> {
    if (!machine.isReachable() || await runsTurn())
      return
    await act(random.pick(machine.pages()), 'ask')
    await see()
  }

  /** A turn is being made, or waits for a person. False where nobody can tell. */
  const runsTurn = async (): Promise<boolean> =>
    machine.serverState() === 'running' && (await machine.readRecord()).some(({ role, status }) => role === 'assistant' && status === 'running')

  async function wander(): Promise<void> {
    await keepAsking()
    for (let left = random.int(2, 8); left > 0;) {
      if (await act(random.pick(machine.pages()), random.weighted(WEIGHTS)))
        left--
      await see()
    }
  }

  /** The kill comes at a moment of its own, in the middle of something or not. */
  async function kill(): Promise<void> {
    const kind = random.weighted({ browser: 4, server: 3, both: 3 })
    const inTurn = await runsTurn()
    const under = random.chance(0.6) ? random.pick(CUT_OFF) : undefined
    const cutOff = under && act(random.pick(machine.pages()), under)
    if (under)
      await pause(random.int(0, LATEST_KILL))
    log(`  kill ${kind}`)
    if (kind !== 'browser' && machine.serverState() !== 'dead')
      await machine.killServer()
    if (kind !== 'server')
      await machine.killBrowser()
    await cutOff
    counts.browserKillsInTurns += Number(inTurn && kind !== 'server')
    counts.serverKillsInTurns += Number(inTurn && kind !== 'browser')
  }

  /** Everything works again. */
  async function repair(): Promise<void> {
    machine.line.mend()
    await machine.reviveServer()
  }

  /** A new browser on the old profile: what was owed is there, before the app has touched anything, and then in the app. */
  async function comeBack(): Promise<void> {
    await repair()
    const page = await machine.startBrowser()
    await page.goto(`${machine.url}/healthz`)
    const device = await readDevice(page)
    const all = await machine.readRecord()
    const record = sentOf(all)
    counts.unprepared += device.files.filter(({ asGiven }) => asGiven).length
    expectNothingDangling(device)
    expectOnce(record)
    expectNoneComeBack(device, record)
    turns.check(all)
    ledger.reconcile(device, record)
    ledger.begin(device)
    await show(page, device)
    await see()
  }

  /** The app shows what the device holds. */
  async function show(page: Page, device: Device): Promise<void> {
    // Of one that was discarded a mark is left; its session may have been on this device only, and be gone.
    const drafts = device.drafts.filter(({ text, mediaIds, conflicting }) => text || mediaIds.length || conflicting.length)
    const draft = drafts.length ? random.pick(drafts) : undefined
    await openApp(page, draft ? `${machine.url}/session/${draft.sessionId}` : machine.url)
    if (!draft)
      return
    await expect.poll(() => namesIn(page), { message: 'the files of the draft', timeout: 20_000 }).toEqual(draft.mediaIds.map(id => nameOf(device, id)))
    if (!draft.conflicting.length)
      await expect(textbox(page)).toHaveValue(draft.text)
  }

  /** A tab hears that the network is there again; one that was loaded while the server was killed shows the browser's own error, and is loaded anew. */
  async function bringBack(page: Page): Promise<void> {
    if (await page.evaluate(() => location.protocol === 'chrome-error:'))
      await openApp(page, machine.url)
    else
      await page.evaluate(() => window.dispatchEvent(new Event('online')))
  }

  /** With everything well, all that was sent arrives, once and byte for byte. */
  async function calm(): Promise<void> {
    await repair()
    const [page] = machine.pages()
    for (const page of machine.pages())
      await bringBack(page)
    await expect.poll(async () => (await readDevice(page!)).outbox.map(({ text, problem }) => problem ?? text), { message: 'on their way', timeout: 60_000 }).toEqual([])
    await expect.poll(async () => (await readDevice(page!)).given, { message: 'answers on their way', timeout: 60_000 }).toEqual([])
    await expect.poll(async () => (await readDevice(page!)).files.filter(({ asGiven }) => asGiven).map(({ name }) => name), { message: 'files to be prepared', timeout: 120_000 }).toEqual([])
    await answerAll(machine, turns)
    const device = await readDevice(page!)
    const all = await machine.readRecord()
    const record = sentOf(all)
    expectNothingDangling(device)
    expectOnce(record)
    ledger.reconcile(device, record)
    const { questions, answers, files: made } = turns.checkEnd(all)
    Object.assign(counts, { questions, answers, made })
    for (const { url, sha256, filename } of all.flatMap(({ attachments }) => attachments))
      promise(await servedHash(machine.serverUrl, url) === sha256, `the server hands out other bytes for ${filename}`)
    counts.messages = record.length
    log(`  calm: ${record.length} messages on the server`)
  }

  return {
    counts,
    kills: machine.kills,
    folder: machine.disk.folder,
    async round(): Promise<void> {
      log(`round ${++counts.rounds}`)
      if (!machine.pages().length)
        await comeBack()
      await wander()
      await see()
      await kill()
      if (counts.rounds % CALM_EVERY === 0) {
        if (!machine.pages().length)
          await comeBack()
        await calm()
      }
      promise(machine.complaints().length === 0, `the app failed: ${machine.complaints().join('; ')}`)
    },
    async finish(): Promise<void> {
      if (!machine.pages().length)
        await comeBack()
      await calm()
    },
    close: machine.remove,
  }
}
