import type { Locator, Page } from '@playwright/test'
import { answers, expectAgentDone, newSession, openApp, sendButton, sessionId, sessions, textbox } from './app.ts'
import { openWithParts, permission, question } from './madeParts.ts'
import { getMessages } from './rest.ts'
import { expect, test } from './satchel.ts'

const form = (page: Page): Locator => answers(page).getByRole('form', { name: 'Question' })
const group = (page: Page): Locator => answers(page).getByRole('group', { name: 'Permission' })
const button = (scope: Locator, name: string): Locator => scope.getByRole('button', { name, exact: true })
const said = (page: Page): Locator => page.getByRole('status', { name: 'Announcements' })

async function ask(page: Page, text: string): Promise<void> {
  await textbox(page).fill(text)
  await sendButton(page).click()
}

/** What lies on the device of answers. */
const keptAnswers = (page: Page) => page.evaluate(() => new Promise<unknown[]>((resolve, reject) => {
  const opening = indexedDB.open('satchel')
  opening.onerror = () => reject(opening.error)
  opening.onsuccess = () => {
    const reading = opening.result.transaction('answers').objectStore('answers').getAll()
    reading.onsuccess = () => {
      opening.result.close()
      resolve(reading.result as unknown[])
    }
  }
}))

test('a question is noticed, half answered, there again after a reload, and answered', async ({ page }) => {
  await openApp(page)
  await ask(page, '/ask Which colour? | Red | Blue\n/slow 2')

  await expect(form(page)).toBeVisible()
  await expect(said(page)).toHaveText('The agent asks: Which colour?')
  await expect(sessions(page).getByRole('link')).toContainText('Waiting for you')
  await expect(page).toHaveTitle(/^\(1\) /)
  await expect(button(form(page), 'Answer')).toBeDisabled()
  await expect(textbox(page)).toBeFocused() // the question takes the focus from nobody
  await form(page).getByRole('radio', { name: 'Blue' }).check()
  await form(page).getByRole('textbox', { name: 'Other answer' }).pressSequentially('Dark green')
  await expect(form(page).getByRole('radio', { name: 'Blue' })).not.toBeChecked()
  await expect.poll(() => keptAnswers(page)).toMatchObject([{ choices: { 'Which colour?': { other: 'Dark green' } } }])

  await page.reload()
  await expect(form(page).getByRole('textbox', { name: 'Other answer' })).toHaveValue('Dark green')
  await form(page).getByRole('radio', { name: 'Red' }).check()
  await expect(form(page)).toContainText('these words are not sent')
  await form(page).getByRole('radio', { name: 'Red' }).press('Enter')
  await button(form(page), 'Answer').click()

  await expect(answers(page)).toContainText('You chose Red.')
  await expect(form(page)).toHaveCount(0)
  await expectAgentDone(page)
  await expect(sessions(page)).not.toContainText('Waiting for you')
  await expect(page).not.toHaveTitle(/^\(/)
  await expect.poll(() => keptAnswers(page)).toEqual([])
  await page.reload()
  await expect(answers(page)).toContainText(/Which colour\?\s*Red/)
})

test('a question may be called anything, also what every object has, and of two equal options one is shown', async ({ page }) => {
  await openApp(page)
  for (const name of ['constructor', '__proto__']) {
    await ask(page, `/ask ${name} | Yes | Yes | No`)
    await expect(form(page)).toContainText(name)
    await expect(form(page).getByRole('radio')).toHaveCount(2)
    await expect(form(page).getByRole('radio', { checked: true })).toHaveCount(0)
    await form(page).getByRole('radio', { name: 'Yes' }).check()
    await page.reload()
    await expect(form(page).getByRole('radio', { name: 'Yes' })).toBeChecked()
    await button(form(page), 'Answer').click()
    await expect(form(page)).toHaveCount(0)
    await expect(answers(page).last()).toContainText('You chose Yes.')
    await expectAgentDone(page)
  }
})

test('of two tabs that answer at once the first one counts, and both show what was answered', async ({ page, context }) => {
  await openApp(page)
  await ask(page, '/ask Which? | A | B')
  const other = await context.newPage()
  await other.goto(page.url())
  await form(page).getByRole('radio', { name: 'A' }).check()
  await form(other).getByRole('radio', { name: 'B' }).check()

  const buttons = await Promise.all([page, other].map(tab => button(form(tab), 'Answer').elementHandle())) // the first answer takes the other's form away
  await Promise.all(buttons.map(answer => answer?.evaluate(element => (element as HTMLElement).click())))

  await expect(answers(page)).toContainText(/You chose [AB]\./)
  const chosen = /You chose ([AB])/.exec(await answers(page).innerText())?.[1] ?? ''
  await expect(answers(other)).toContainText(`You chose ${chosen}.`)
  for (const tab of [page, other]) {
    await expect(answers(tab)).toContainText(new RegExp(`Which\\?\\s*${chosen}`))
    await expect(form(tab)).toHaveCount(0)
  }
  await expect.poll(() => keptAnswers(page)).toEqual([])
})

test('answered while the server is away, the answer waits on the device and goes out once, also from another tab', async ({ page, context, server }) => {
  await openApp(page)
  await ask(page, '/ask Which? | A | B')
  await form(page).getByRole('radio', { name: 'B' }).check()
  const session = sessionId(page)
  await server.kill()
  await button(form(page), 'Answer').click()
  await expect(form(page)).toContainText('your answer is kept on this device')
  await button(form(page), 'Change it').click()
  await form(page).getByRole('radio', { name: 'A' }).check()
  await button(form(page), 'Answer').click()
  await expect(form(page)).toContainText('your answer is kept on this device')
  await expect.poll(() => keptAnswers(page)).toMatchObject([{ given: { answers: { 'Which?': 'A' } } }])
  await page.close()

  await server.restart()
  const later = await context.newPage()
  await openApp(later) // in another session
  await expect.poll(async () => (await getMessages(later, session)).at(-1)).toMatchObject({ status: 'complete', text: 'You chose A.' })
  await expect.poll(() => keptAnswers(later)).toEqual([])
})

test('a killed browser costs nothing of a half-written answer, and a killed server not the question', async ({ server, openProfile }) => {
  const before = await openProfile()
  await openApp(before.page, server.url)
  await ask(before.page, '/ask Which? | A | B')
  await form(before.page).getByRole('textbox', { name: 'Other answer' }).pressSequentially('Neither of them')
  await expect.poll(() => keptAnswers(before.page)).toMatchObject([{ choices: { 'Which?': { other: 'Neither of them' } } }])
  const address = before.page.url()
  await before.kill()
  await server.restart()

  const after = await openProfile()
  await openApp(after.page, address)
  await expect(form(after.page).getByRole('textbox', { name: 'Other answer' })).toHaveValue('Neither of them')
  await form(after.page).getByRole('textbox', { name: 'Other answer' }).press('Enter')
  await expect(answers(after.page)).toContainText('You chose Neither of them.')
  await after.kill()
})

test('a permission shows what it is about, and only a deliberate press allows it', async ({ page }) => {
  await openApp(page)
  await ask(page, '/allow Delete build/\n/allow Delete dist/')
  await expect(group(page)).toContainText('Delete build/')
  await expect(said(page)).toHaveText('The agent asks for your permission: Delete build/')
  await expect(textbox(page)).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(group(page)).toBeVisible()

  await button(group(page), 'Allow in this session').click()
  await expect(group(page)).toContainText('Delete dist/')
  await button(group(page), 'Deny').click()
  await expect(answers(page)).toContainText('Denied: Delete dist/')
  await expect(answers(page)).toContainText('Allowed: Delete build/')
  await expectAgentDone(page)

  await ask(page, '/allow Wait')
  await expect(group(page)).toBeVisible()
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect(answers(page).last()).toContainText('Denied: Wait')
})

test('whoever answers by keyboard goes on from there, and the next permission takes a key of its own', async ({ page }) => {
  await openApp(page)
  await ask(page, '/allow Delete build/\n/allow Delete dist/\n/ask Which? | Left | Right')
  await button(group(page), 'Deny').press('Enter')
  await expect(answers(page)).toContainText('Denied: Delete build/')
  await expect(page.locator('.answered:focus')).toContainText('Delete build/')

  await page.keyboard.press('Tab')
  await expect(button(group(page), 'Allow once')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('.answered:focus')).toContainText('Allowed: Delete dist/')

  await form(page).getByRole('radio', { name: 'Right' }).press('Space')
  await button(form(page), 'Answer').press('Enter')
  await expect(page.locator('.answered:focus')).toContainText('Right')
})

test('where the answer should rather be no, one press allows nothing, and a long command is there as a whole', async ({ page }) => {
  const command = `rm -rf \u202E${'very/'.repeat(4000)}end`
  await openWithParts(page, [permission({ description: command, defaultToNo: true, mayRemember: false })], 'running')
  await expect(group(page)).toContainText('very/end')
  expect(await group(page).innerHTML()).not.toContain('\u202E')
  await expect(button(group(page), 'Allow in this session')).toHaveCount(0)

  await button(group(page), 'Allow once').press('Enter')
  await expect(group(page)).toContainText('Nothing is allowed yet.')
  expect(await keptAnswers(page)).toEqual([])
})

test('several questions are answered together; what the server refuses is said, and nothing chosen is lost', async ({ page }) => {
  const [first] = question().questions
  const many = question({ questions: [{ ...first!, multiSelect: true }, { header: '', question: 'How many rows?', multiSelect: false, options: [{ label: 'All', description: '' }, { label: 'Some', description: '' }] }] })
  await openWithParts(page, [many], 'running')
  const formats = form(page).getByRole('group', { name: 'Which format?' })
  await expect(formats.getByRole('checkbox', { name: 'CSV' })).toHaveAccessibleDescription('Opens everywhere')
  await formats.getByRole('checkbox', { name: 'CSV' }).check()
  await formats.getByRole('checkbox', { name: 'Parquet' }).check()
  await expect(button(form(page), 'Answer')).toBeDisabled()
  await form(page).getByRole('radio', { name: 'All' }).check()

  await button(form(page), 'Answer').click() // the server has never heard of it
  await expect(answers(page)).toContainText('This is not asked any more.')
  await newSession(page).click()
  await expect(answers(page)).toHaveCount(0)
})
