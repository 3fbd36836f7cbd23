import { expect, type Locator, type Page } from '@playwright/test'
import { answers, sessionId, sessions, textbox } from '../e2e/app.ts'
import { json } from '../helpers/rest.ts'
import type { Machine } from './machine.ts'
import type { Random } from './random.ts'
import type { Said, TurnLedger } from './turnLedger.ts'

interface Scene {
  turns: TurnLedger
  random: Random
  nextWord: () => string
  send: (page: Page) => Promise<string | undefined>
}

const OPTIONS = ['Red', 'Blue', 'Green']

/** What a person does with an agent that writes files, asks and wants to be allowed. */
export function createTurnActions({ turns, random, nextWord, send }: Scene) {
  return {
    /** A message whose turn makes files and waits for a person. */
    async ask(page: Page) {
      if (await textbox(page).inputValue() !== '' && !await sendFirst(page))
        return undefined
      await textbox(page).press('ControlOrMeta+End')
      await page.keyboard.insertText(lines().join('\n'))
      return send(page)
    },

    /** What waits in this tab, or else in a session that says so. */
    async answer(page: Page) {
      if (!await waitingIn(page).count()) {
        const link = sessions(page).getByRole('link').filter({ hasText: 'Waiting for you' }).first()
        if (!await link.count())
          return undefined
        await link.click()
        await expect(waitingIn(page).first(), `what waits in ${sessionId(page)}`).toBeVisible()
      }
      return await answers(page).getByRole('form', { name: 'Question' }).count() ? answerQuestion(page) : answerPermission(page)
    },
  }

  /** What had been written goes out as a message of its own. */
  async function sendFirst(page: Page): Promise<boolean> {
    if (await send(page) === undefined)
      return false
    await expect(textbox(page)).toHaveValue('')
    return true
  }

  /** Between two files somebody is asked, and a kill may come at any of them. */
  function lines(): string[] {
    const word = nextWord()
    const options = OPTIONS.join(' | ')
    const steps = [`/write later/${word}.txt ${word}`, `/slow ${random.int(1, 12)}`, `hello ${word}`]
    return [
      `/write ${word}.txt ${word}`, `/ask Which ${word}? | ${options}`, `/write asked/${word}.txt ${word}`,
      ...steps.filter(() => random.chance(0.6)),
      `/allow Go on with ${word}`, `/write allowed/${word}.txt ${word}`, `/ask And ${word}? | ${options}`,
    ]
  }

  async function answerQuestion(page: Page) {
    const form = answers(page).getByRole('form', { name: 'Question' }).first()
    const name = (await form.locator('legend .question').textContent())!.trim()
    const label = random.pick(OPTIONS)
    await form.getByRole('radio', { name: label }).check()
    if (random.chance(0.2))
      return `${name}: half answered`
    await press(form.getByRole('button', { name: 'Answer', exact: true }), name, label)
    await seeTaken(form, name)
    return `${name}: ${label}`
  }

  async function answerPermission(page: Page) {
    const group = answers(page).getByRole('group', { name: 'Permission' }).first()
    const name = (await group.locator('.title').textContent())!.trim()
    const [button, said] = random.pick([['Allow once', 'allowed'], ['Deny', 'denied']] as const)
    await press(group.getByRole('button', { name: button, exact: true }), name, said)
    await seeTaken(group, name)
    return `${name}: ${said}`
  }

  async function press(button: Locator, name: string, said: Said) {
    turns.press(name, said)
    await button.click()
  }

  /** The page shows that it is kept: it can be pressed no more, or is answered. */
  async function seeTaken(asked: Locator, name: string) {
    if (random.chance(0.4))
      return
    await expect.poll(() => asked.page().evaluate(isOpenIn, name), { message: `the answer to ${name} is taken` }).toBe(false)
    turns.owe(name)
  }
}

/** In the page: whether this can still be answered here. */
function isOpenIn(name: string): boolean {
  const asked = [...document.querySelectorAll('form[aria-label="Question"], [role="group"][aria-label="Permission"]')]
    .find(each => each.querySelector('legend .question, .title')?.textContent?.trim() === name)
  return asked?.querySelector('.buttons sl-button:last-of-type')?.hasAttribute('disabled') === false
}

const waitingIn = (page: Page) => answers(page).locator('form[aria-label="Question"], [role="group"][aria-label="Permission"]')

/** A person who says Red and yes to whatever waits, past the browser, until nothing does and no turn runs. */
export async function answerAll(machine: Machine, turns: TurnLedger): Promise<void> {
  await expect.poll(async () => {
    const all = await machine.readRecord()
    for (const { message, part, name } of turns.waiting(all)) {
      turns.press(name, part.type === 'question' ? OPTIONS[0]! : 'allowed')
      const said = part.type === 'question' ? { answers: { [name]: OPTIONS[0] } } : { allow: 'once' }
      await fetch(`${machine.serverUrl}/api/sessions/${message.sessionId}/messages/${message.id}/parts/${part.id}/answer`, json(said))
    }
    return all.filter(({ status }) => status === 'accepted' || status === 'running').map(({ text }) => text)
  }, { message: 'turns that run', timeout: 120_000 }).toEqual([])
}
