import { expect, type Page } from '@playwright/test'
import { attachments, composer, newSession, openApp, sendButton, sessionId, sessions, textbox, thumbnails, undo } from '../e2e/app.ts'
import type { Files } from './files.ts'
import type { Ledger } from './ledger.ts'
import { wordsOf } from './ledger.ts'
import type { Machine } from './machine.ts'
import type { Random } from './random.ts'
import { look, SAVED, SAVING } from './sight.ts'
import { createTurnActions } from './turnActions.ts'
import type { TurnLedger } from './turnLedger.ts'

/** More are not put into one draft: what is tried here is not how much a message holds. */
const MOST_FILES = 6
const MOST_TABS = 3

interface Scene {
  machine: Machine
  files: Files
  ledger: Ledger
  turns: TurnLedger
  random: Random
}

/** Of the composer's files, in their order. */
export const namesIn = (page: Page): Promise<string[]> =>
  thumbnails(composer(page)).evaluateAll(all => all.map(button => button.getAttribute('aria-label')!.replace('Preview ', '')))

export type ActionName = keyof ReturnType<typeof createActions>

/** How often each is chosen. */
export const WEIGHTS: Record<ActionName, number> = {
  ask: 7, answer: 12, type: 8, attach: 6, attachRoll: 2, send: 6, remove: 3, undo: 3, switchSession: 2, newSession: 1, openTab: 2, closeTab: 1, reload: 1,
  decide: 4, discard: 0.5, takeBack: 1, breakLine: 1, freezeLine: 1, cutLine: 1, mendLine: 3, pauseServer: 1, killServer: 1, reviveServer: 4,
}

/**
 * What a person, a network and a power cut can do. Each resolves when the page shows that it happened, and is told to
 * the ledger where it takes something away. Undefined: there was nothing to do it with.
 */
export function createActions({ machine, files, ledger, turns, random }: Scene) {
  let words = 0
  /** Words of the messages that were sent while nothing could get through. */
  const unheard = new Set<string>()
  /** By name: the session that a file was taken out of. */
  const removedFrom = new Map<string, string>()
  const fileCount = (page: Page) => attachments(composer(page)).getByRole('listitem').count()
  const isSaved = (page: Page) => expect(composer(page).getByRole('note', { name: 'Draft' })).toHaveAttribute('title', SAVED)

  /** All tabs on this session show the same draft again. */
  async function agree(session: string) {
    await expect.poll(async () => {
      const sights = (await Promise.all(machine.pages().map(look))).filter(sight => sight?.session === session)
      const isDecided = sights.every(sight => !sight!.conflicting && sight!.note !== SAVING)
      return isDecided && new Set(sights.map(sight => sight!.text)).size <= 1
    }, { message: 'the tabs agree' }).toBe(true)
    ledger.hold(session)
  }

  const actions = {
    async type(page: Page) {
      ledger.loosen(sessionId(page))
      const begun = await textbox(page).inputValue() !== ''
      await textbox(page).press('ControlOrMeta+End')
      await page.keyboard.insertText(`${begun ? random.pick([' ', '\n']) : ''}w${++words}${random.pick(['', ' Grüße', ' 👋 你好'])}`)
      if (random.chance(0.6))
        await isSaved(page)
      return true
    },

    async attach(page: Page) {
      const room = MOST_FILES - await fileCount(page)
      if (room < 1)
        return undefined
      const given = await Promise.all(Array.from({ length: random.int(1, Math.min(3, room)) }, () => files.make()))
      await page.getByLabel('Files to attach').setInputFiles(given.map(({ path }) => path))
      const names = given.map(({ name }) => name)
      if (random.chance(0.6))
        await expect(attachments(composer(page)).locator('[aria-busy="true"]'), `${names} are attached`).toHaveCount(0)
      return names
    },

    /** So many that most are still to be prepared when the next thing happens. */
    async attachRoll(page: Page) {
      if (await fileCount(page))
        return undefined
      const given = await files.makeRoll()
      await page.getByLabel('Files to attach').setInputFiles(given.map(({ path }) => path))
      return given.map(({ name }) => name)
    },

    async remove(page: Page) {
      const buttons = composer(page).getByRole('button', { name: /^Remove / })
      const count = await buttons.count()
      if (!count)
        return undefined
      const label = await buttons.nth(random.int(0, count - 1)).getAttribute('aria-label')
      const name = label!.replace('Remove ', '')
      ledger.leave([name])
      removedFrom.set(name, sessionId(page))
      await composer(page).getByRole('button', { name: label!, exact: true }).click()
      if (random.chance(0.7))
        await expect(composer(page).getByRole('button', { name: `Remove ${name}`, exact: true })).toHaveCount(0)
      return name
    },

    async undo(page: Page) {
      if (!await undo(page).count())
        return undefined
      const text = await page.getByRole('status', { name: 'Undo' }).locator('p').last().textContent() ?? ''
      ledger.loosen(sessionId(page))
      await undo(page).last().click()
      const name = text.replace(/ removed\.$/, '')
      if (removedFrom.get(name) === sessionId(page)) {
        await expect(composer(page).getByRole('button', { name: `Preview ${name}`, exact: true })).toBeEnabled()
        ledger.returned(name)
      }
      return text
    },

    async send(page: Page) {
      if (!await sendButton(page).isEnabled())
        return undefined
      const text = await textbox(page).inputValue()
      ledger.loosen(sessionId(page))
      if (random.chance(0.7))
        await isSaved(page)
      if (machine.isUnheard())
        unheard.add(wordsOf(text).join())
      await (random.chance(0.5) ? sendButton(page).click() : textbox(page).press('Enter'))
      return text
    },

    async switchSession(page: Page) {
      const links = sessions(page).getByRole('link')
      const count = Math.min(4, await links.count())
      if (count < 2)
        return undefined
      await links.nth(random.int(0, count - 1)).click()
      return sessionId(page)
    },

    async newSession(page: Page) {
      const before = page.url()
      await newSession(page).click()
      await expect(page).not.toHaveURL(before)
      return sessionId(page)
    },

    async openTab(page: Page) {
      if (machine.pages().length >= MOST_TABS || !machine.isReachable())
        return undefined
      const tab = await page.context().newPage()
      await openApp(tab, page.url())
      return sessionId(tab)
    },

    async closeTab(page: Page) {
      if (machine.pages().length < 2)
        return undefined
      await page.close()
      return true
    },

    async reload(page: Page) {
      if (!machine.isReachable())
        return undefined
      await page.reload()
      await expect(textbox(page)).toBeEditable()
      return true
    },

    /** Two texts are in conflict: one of the three answers. */
    async decide(page: Page) {
      const answers = composer(page).getByRole('button', { name: /^(Keep mine|Take theirs|Keep both)$/ })
      const count = await answers.count()
      if (!count)
        return undefined
      const answer = answers.nth(random.int(0, count - 1))
      const name = await answer.textContent()
      const session = sessionId(page)
      ledger.free(session)
      await answer.click()
      await agree(session)
      return name
    },

    async discard(page: Page) {
      const bin = sessions(page).getByRole('listitem').filter({ has: page.locator('[aria-current="page"]') })
        .getByRole('button', { name: /^Discard draft / })
      if (!await bin.count())
        return undefined
      const session = sessionId(page)
      ledger.free(session)
      ledger.leave(await namesIn(page))
      await bin.click()
      await expect.poll(async () => {
        const sight = await look(page)
        return sight?.session === session && (sight.text || sight.files.length)
      }, { message: 'the draft is gone' }).toBeFalsy()
      await agree(session)
      return session
    },

    /** A message that cannot have got through is edited. */
    async takeBack(page: Page) {
      if (!machine.isUnheard())
        return undefined
      const waiting = page.getByRole('log').getByRole('article', { name: 'You' }).filter({ has: page.getByRole('button', { name: 'Edit' }) }).last()
      if (!await waiting.count())
        return undefined
      const text = await waiting.locator('.text').textContent({ timeout: 1 }).catch(() => '') ?? ''
      const key = wordsOf(text).join()
      if (!key || !unheard.has(key))
        return undefined
      ledger.withdraw(sessionId(page), wordsOf(text))
      await waiting.getByRole('button', { name: 'Edit' }).click()
      return text
    },

    breakLine: async (_: Page) => machine.line.isUp() ? machine.line.break() ?? true : undefined,
    freezeLine: async (_: Page) => machine.line.isUp() ? machine.line.freeze() ?? true : undefined,
    cutLine: async (_: Page) => machine.line.isUp() ? machine.line.cutAfter(random.int(1, 50_000)) ?? true : undefined,

    async mendLine(page: Page) {
      if (machine.line.isUp())
        return undefined
      unheard.clear()
      machine.line.mend()
      await page.evaluate(() => window.dispatchEvent(new Event('online'))) // as the browser tells it, or it waits for its next try
      return true
    },

    async pauseServer(_: Page) {
      if (machine.serverState() !== 'running')
        return undefined
      machine.pauseServer()
      return true
    },

    async killServer(_: Page) {
      if (machine.serverState() === 'dead')
        return undefined
      await machine.killServer()
      return true
    },

    async reviveServer(page: Page) {
      if (machine.serverState() === 'running')
        return undefined
      unheard.clear()
      await machine.reviveServer()
      await page.evaluate(() => window.dispatchEvent(new Event('online')))
      return true
    },
  }
  return { ...actions, ...createTurnActions({ turns, random, nextWord: () => `w${++words}`, send: actions.send }) }
}
