import type { Page } from '@playwright/test'
import { answers, composer, expectAgentDone, expectSaved, history, placeAtRest, send, sent, sessionId, textbox, thumbnails, undo } from './app.ts'
import { attach } from './doors.ts'
import { expectOpenToAll } from './openToAll.ts'
import { expect, test } from './satchel.ts'

const ANN = 'key-of-ann-000000'
const ZOE = 'key-of-zoe-000000'
const RIA = 'key-of-ria-000000'
const ABE = 'key-of-abe-000000'
test.use({ serverEnv: { API_KEYS: `${ANN}:acme:Ann,${ABE}:acme:Abe,${ZOE}:zoo:Zoe,${RIA}:acme:Ria:reader` } })

const keyField = (page: Page) => page.getByLabel('Key', { exact: true })
const account = (page: Page) => page.getByRole('group', { name: 'Account' })

async function signIn(page: Page, key: string) {
  await keyField(page).fill(key)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(textbox(page)).toBeEditable()
}

async function signOut(page: Page, choice: string) {
  await page.getByRole('button', { name: 'Sign out' }).click()
  const dialog = page.getByRole('alertdialog', { name: 'Sign out?' })
  await expect(dialog).toBeVisible()
  await expectOpenToAll(page, '[role=alertdialog]')
  await dialog.getByRole('button', { name: choice }).click()
  await expect(page).toHaveURL(/\/sign-in$/)
  await expect(keyField(page)).toBeFocused()
}

test('who has no key is asked for one, and is then where they wanted to be', async ({ page }) => {
  await page.goto('/session/here')
  await expect(page).toHaveURL(/\/sign-in/)
  await expect(keyField(page)).toBeFocused()
  await expectOpenToAll(page)

  await keyField(page).fill('a wrong key')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('not known here')
  await expect(keyField(page)).toBeFocused()
  await expectOpenToAll(page)
  await page.getByRole('button', { name: 'Show key' }).click()
  await expect(keyField(page)).toHaveAttribute('type', 'text')
  await expect(keyField(page)).toHaveValue('a wrong key')
  await page.getByRole('button', { name: 'Hide key' }).click()
  await expect(keyField(page)).toHaveAttribute('type', 'password')
  await signIn(page, ANN)

  await expect(page).toHaveURL(/\/session\/here$/)
  await expect(account(page)).toContainText('Ann')
  await textbox(page).fill('hello')
  await send(page)
  await expect(answers(page)).toContainText('hello')
  expect(await page.evaluate(() => document.cookie)).toBe('')
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('key-of')
})

test('a sign-in that fails moves nothing', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await page.goto('/sign-in')
  await expect(keyField(page)).toBeFocused()
  const button = page.getByRole('button', { name: 'Sign in' })
  const before = [await placeAtRest(keyField(page)), await placeAtRest(button)]

  await keyField(page).fill('a wrong key')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('not known here')

  expect([await placeAtRest(keyField(page)), await placeAtRest(button)]).toEqual(before)
})

test('the drafts of one account are not shown to the next, and are there again for the first', async ({ page, disk }) => {
  const shot = await disk.png('shot.png')
  await page.goto('/')
  await signIn(page, ANN)
  await textbox(page).fill('only Ann may read this')
  await attach(page, shot)
  await expectSaved(page, [shot])
  const address = page.url()

  await signOut(page, 'Keep drafts and sign out')
  await signIn(page, ZOE)
  await expect(account(page)).toContainText('Zoe')
  await expect(page.getByText('only Ann')).toHaveCount(0)
  await page.goto(address)
  await expect(textbox(page)).toHaveValue('')
  await expect(thumbnails(composer(page))).toHaveCount(0)

  await signOut(page, 'Keep drafts and sign out')
  await signIn(page, ANN)
  await page.goto(address)
  await expect(textbox(page)).toHaveValue('only Ann may read this')
  await expectSaved(page, [shot])
})

test('who removes their drafts with signing out leaves nothing on the device', async ({ page, disk }) => {
  const shot = await disk.png('shot.png')
  await page.goto('/')
  await signIn(page, ANN)
  await textbox(page).fill('leave no trace')
  await attach(page, shot)
  await expectSaved(page, [shot])
  const address = page.url()
  await textbox(page).fill('leave no trace, not even the last of these')

  await signOut(page, 'Remove drafts and sign out')

  await expect.poll(async () => (await page.evaluate(() => indexedDB.databases())).map(({ name }) => name).filter(name => name !== 'satchel')).toEqual([])
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('trace')
  await signIn(page, ANN)
  await page.goto(address)
  await expect(textbox(page)).toHaveValue('')
})

test('when the sign-in ends in the middle of a text, the text is still there after the next', async ({ page, context, server }) => {
  await page.goto('/')
  await signIn(page, ANN)
  await textbox(page).fill('half a sen')
  const address = page.url()
  await context.clearCookies()
  await server.restart()

  await expect(page).toHaveURL(/\/sign-in/)
  await signIn(page, ANN)

  await expect(page).toHaveURL(address)
  await expect(textbox(page)).toHaveValue('half a sen')
  await send(page)
  await expect(sent(page)).toContainText('half a sen')
})

test('a tab that was left open does not send in the name of who signs in next to it', async ({ page, context }) => {
  await page.goto('/')
  await signIn(page, ANN)
  await textbox(page).fill('of Ann')
  const other = await context.newPage()
  await other.goto('/')
  await expect(account(other)).toContainText('Ann')

  await signOut(other, 'Keep drafts and sign out')
  await expect(page).toHaveURL(/\/sign-in/)
  await signIn(other, ZOE)

  await page.bringToFront()
  await expect(account(page)).toContainText('Zoe')
  await expect(textbox(page)).toHaveValue('')
})

test('people of one team see which of them wrote a message, and themselves as "You", also after a reload', async ({ page, browser, server }) => {
  await page.goto('/')
  await signIn(page, ANN)
  await textbox(page).fill('from Ann')
  await send(page)
  const context = await browser.newContext({ baseURL: server.url })
  const other = await context.newPage()
  await other.goto('/')
  await signIn(other, ABE)
  await other.goto(page.url())
  await expect(history(other).getByRole('article', { name: 'Ann', exact: true })).toContainText('from Ann')
  await textbox(other).fill('from Abe')
  await send(other)

  const written = (by: Page) => history(by).getByRole('article').filter({ hasText: 'from' }).evaluateAll(all => all.map(({ ariaLabel }) => ariaLabel).filter(name => name !== 'Agent'))
  await expect.poll(() => written(page)).toEqual(['You', 'Abe'])
  await expect.poll(() => written(other)).toEqual(['Ann', 'You'])
  await expect(history(page).getByText('Abe', { exact: true })).toBeVisible()
  await expectOpenToAll(page)
  await page.reload()
  await expect.poll(() => written(page)).toEqual(['You', 'Abe'])
  await context.close()
})

test('a browser that remembers nothing of who is signed in connects all the same, under their account', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('switched off', 'SecurityError') } }))
  await page.goto('/')
  await signIn(page, ANN)
  await textbox(page).fill('hello')
  await send(page)
  await expect(answers(page)).toContainText('hello')

  await page.reload()
  await expect(sent(page)).toContainText('hello')
  await textbox(page).fill('still me')
  await send(page)
  await expect(answers(page).last()).toContainText('still me')
})

test('whoever signs in is led to the page they asked for, also where the server says who they are before it answers that', async ({ page, browser }) => {
  await page.goto('/')
  await signIn(page, ANN)
  await textbox(page).fill('to be found again')
  await send(page)
  await expect(answers(page)).toContainText('to be found again')
  await expect(page).toHaveURL(/\/session\//)
  const other = await (await browser.newContext({ baseURL: new URL(page.url()).origin })).newPage()
  await other.route('/api/sign-in', route => void route.fetch()) // signed in, and never told

  await other.goto(page.url())
  await signIn(other, ABE)

  await expect(answers(other)).toContainText('to be found again')
  await expect(other).toHaveURL(page.url())
})

test('a reader follows what others write, and is told instead of asked to write; who signs out everywhere is out in every browser', async ({ page, browser }) => {
  await page.goto('/')
  await signIn(page, ANN)
  await textbox(page).fill('for everybody to read')
  await send(page)
  await expect(answers(page)).toContainText('for everybody to read')
  await expect(page).toHaveURL(/\/session\//)
  const address = page.url()
  const other = await (await browser.newContext({ baseURL: new URL(page.url()).origin, viewport: { width: 360, height: 740 } })).newPage()
  await other.goto(address)
  await keyField(other).fill(RIA)
  await other.getByRole('button', { name: 'Sign in' }).click()

  await expect(answers(other)).toContainText('for everybody to read')
  await expect(other.getByRole('note')).toContainText('You can read here, and not write')
  await expect(textbox(other)).toHaveCount(0)
  await expect(other.getByRole('button', { name: /rename/i })).toHaveCount(0)
  await expectOpenToAll(other)

  await textbox(page).fill('/allow Delete it\n/ask Which? | A | B')
  await page.keyboard.press('Enter')
  const asked = other.getByRole('group', { name: 'Permission' })
  await expect(asked).toContainText('Delete it')
  await expect(asked.getByRole('note')).toContainText('Your key is a reader\'s')
  await expect(asked.getByRole('button')).toHaveCount(0)
  await answers(other).first().hover()
  await expect(answers(other).first().getByRole('button', { name: 'Copy', exact: true })).toBeVisible()
  await expect(other.getByRole('button', { name: /^(Edit|Retry|Quote)$/ })).toHaveCount(0)
  await page.getByRole('group', { name: 'Permission' }).getByRole('button', { name: 'Deny' }).click()
  const question = other.getByRole('form', { name: 'Question' })
  await expect(question.getByRole('radio', { name: 'A' })).toBeDisabled()
  await expect(question.getByRole('button')).toHaveCount(0)
  await expectOpenToAll(other)
  await page.getByRole('form', { name: 'Question' }).getByRole('button', { name: 'Dismiss' }).click()
  await page.goto('/settings')
  await expectOpenToAll(page)
  const everywhere = await (await browser.newContext({ baseURL: new URL(page.url()).origin })).newPage()
  await everywhere.goto(address)
  await signIn(everywhere, ANN)
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()

  await expect(page).toHaveURL(/\/sign-in/)
  await expect(everywhere).toHaveURL(/\/sign-in/)
  await expect(other.getByRole('note').last()).toBeVisible()
})

test('who signs out within the ten seconds of Undo has deleted what they deleted, whether drafts stay on the device or not', async ({ page, browser, baseURL }) => {
  const asked = await browser.newContext({ baseURL, extraHTTPHeaders: { authorization: `Bearer ${ABE}` } })
  for (const choice of ['Remove drafts and sign out', 'Keep drafts and sign out']) {
    await page.goto('/')
    await signIn(page, ANN)
    await textbox(page).fill('my password')
    await send(page)
    await expectAgentDone(page)
    const id = sessionId(page)
    await sent(page).getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name: 'Delete' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Delete this message?' }).getByRole('button', { name: 'Delete' }).click()
    await expect(undo(page)).toBeVisible()

    await signOut(page, choice)
    const { messages } = await (await asked.request.get(`/api/sessions/${id}/messages`)).json() as { messages: unknown[] }
    expect(messages).toEqual([])
  }
  await asked.close()
})

test('who cannot delete any more what they deleted is told so, and not signed out', async ({ page }) => {
  await page.goto('/')
  await signIn(page, ANN)
  await textbox(page).fill('my password')
  await send(page)
  await expectAgentDone(page)
  await sent(page).getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name: 'Delete' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Delete this message?' }).getByRole('button', { name: 'Delete' }).click()
  await page.route('/api/sessions/*/turns/*', route => route.fulfill({ status: 503, json: { status: 503, code: 'storage_unavailable', detail: 'The server cannot reach its storage at the moment.' } }))

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Remove drafts and sign out' }).click()
  await expect(account(page).getByRole('alert')).toHaveText('You are still signed in. What you have deleted a moment ago is still there. The server cannot reach its storage at the moment.')
  await page.unroute('/api/sessions/*/turns/*')
  await signOut(page, 'Remove drafts and sign out')
})
