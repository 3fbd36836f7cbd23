import type { Page } from '@playwright/test'
import { alerts, expectAccepted, expectAgentDone, openApp, send, sent, sessionId, sessions, textbox, undo } from './app.ts'
import { attach } from './doors.ts'
import { readDrafts } from './draftDatabase.ts'
import { getMessages, getSent } from './rest.ts'
import { expect, test } from './satchel.ts'

async function say(page: Page, text: string) {
  await textbox(page).fill(text)
  await send(page)
  await expectAgentDone(page)
}

async function deleteMessage(page: Page, index: number) {
  await sent(page).nth(index).getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name: 'Delete' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Delete this message?' }).getByRole('button', { name: 'Delete' }).click()
  await expect(undo(page)).toBeVisible()
}

async function deleteSession(page: Page) {
  await sessions(page).getByRole('button', { name: /^More about/ }).first().click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('dialog', { name: /^Delete / }).getByRole('button', { name: 'Delete' }).click()
  await expect(undo(page)).toBeVisible()
}

const texts = async (page: Page, id: string) => (await getMessages(page, id)).filter(({ role }) => role === 'user').map(({ text }) => text)
const isThere = async (page: Page, id: string) => (await page.request.get(`/api/sessions/${id}`)).ok()

/** On this device, until it is carried out. */
const isKept = async (page: Page) => (await readDrafts(page)).deletions > 0

test('a deleted message is gone for everybody when the page is loaded again, or its tab is closed, within the ten seconds', async ({ page, context }) => {
  await openApp(page)
  const id = sessionId(page)
  for (const text of ['first', 'my password', 'another password'])
    await say(page, text)

  await deleteMessage(page, 1)
  await page.reload()
  await expect(sent(page)).toHaveText([/first/, /another password/])
  await expect.poll(() => texts(page, id)).toEqual(['first', 'another password'])
  await expect.poll(() => isKept(page)).toBe(false)

  await deleteMessage(page, 1)
  const other = await context.newPage() // nothing of the app: it only asks the server
  await page.close()
  await expect.poll(() => texts(other, id)).toEqual(['first'])
})

test('a deleted session is gone for everybody when the page is loaded again', async ({ page }) => {
  await openApp(page)
  const id = sessionId(page)
  await say(page, 'to go')
  await deleteSession(page)
  await page.reload()
  await expect.poll(() => isThere(page, id)).toBe(false)
  await expect(sessions(page).getByRole('link', { name: 'to go' })).toHaveCount(0)
})

test('what was to be deleted when the browser was killed is deleted when it is opened again', async ({ openProfile, server, page: asking }) => {
  const browser = await openProfile()
  await browser.page.goto(server.url)
  await expect(textbox(browser.page)).toBeEditable()
  const id = sessionId(browser.page)
  for (const text of ['first', 'my password'])
    await say(browser.page, text)
  await deleteMessage(browser.page, 1)
  await expect.poll(() => isKept(browser.page)).toBe(true)
  await browser.kill()
  expect(await texts(asking, id)).toEqual(['first', 'my password'])

  const again = await openProfile()
  await again.page.goto(`${server.url}/session/${id}`)
  await expect(sent(again.page)).toHaveText([/first/])
  await expect.poll(() => texts(asking, id)).toEqual(['first'])
})

test('without a connection a deletion waits, and is carried out when there is one again', async ({ page, context }) => {
  await openApp(page)
  const id = sessionId(page)
  for (const text of ['first', 'my password'])
    await say(page, text)
  await context.setOffline(true)
  await deleteMessage(page, 1)
  await page.getByRole('status', { name: 'Undo' }).getByRole('button', { name: 'Dismiss' }).click()
  await expect(undo(page)).toHaveCount(0)
  await expect(sent(page)).toHaveText([/first/])

  await context.setOffline(false)
  await expect.poll(() => texts(page, id)).toEqual(['first'])
  await expect(sent(page)).toHaveText([/first/])
  await expect(alerts(page)).toHaveCount(0)
})

test('what is taken back stays, for this tab and the other, also after a reload', async ({ page, context }) => {
  await openApp(page)
  const id = sessionId(page)
  await say(page, 'stays')
  const other = await context.newPage()
  await other.goto(`/session/${id}`)
  await expect(sent(other)).toHaveCount(1)
  await deleteMessage(page, 0)
  await expect(sent(other)).toHaveCount(0)
  await undo(page).click()
  await expect(sent(page)).toHaveText([/stays/])
  await expect(sent(other)).toHaveText([/stays/])
  await page.reload()
  await expect(sent(page)).toHaveText([/stays/])
  expect(await isKept(page)).toBe(false)
})

test('a message that is answered again elsewhere before its deletion is carried out is kept, with both answers, and whoever deleted it is told', async ({ page }) => {
  await openApp(page)
  const id = sessionId(page)
  await say(page, 'asked here')
  await deleteMessage(page, 0)
  const [asked] = await getSent(page, id)
  expect((await page.request.post(`/api/sessions/${id}/messages/${asked?.id}/retry`)).ok()).toBe(true)
  await expect.poll(async () => (await getMessages(page, id)).at(-1)).toMatchObject({ role: 'assistant', status: 'complete' })

  await page.getByRole('status', { name: 'Undo' }).getByRole('button', { name: 'Dismiss' }).click()

  await expect(alerts(page)).toHaveText('The message could not be deleted, and is there again. It was edited or answered again since, so it was not deleted.')
  await expect(sent(page)).toHaveText([/asked here/])
  await expect(page.getByRole('group', { name: 'Versions' })).toContainText('2 of 2')
  expect(await texts(page, id)).toEqual(['asked here'])
})

test('a session in which somebody writes while it is about to be deleted is kept, with what they sent, and both are told', async ({ page, context, disk }) => {
  await openApp(page)
  const id = sessionId(page)
  await say(page, 'begun here')
  const other = await context.newPage()
  await other.goto(`/session/${id}`)
  await expect(sent(other)).toHaveCount(1)

  await deleteSession(page)
  await expect(alerts(other)).toHaveText('This session is about to be deleted. What is sent here keeps it.')
  await expect(sessions(other).getByRole('link', { name: 'begun here' })).toHaveCount(0)
  await textbox(other).fill('written all the same')
  await attach(other, await disk.png('new.png'))
  await other.getByRole('button', { name: 'Send', exact: true }).click()
  await expectAccepted(other)
  await page.getByRole('status', { name: 'Undo' }).getByRole('button', { name: 'Dismiss' }).click()

  await expect(alerts(page)).toHaveText('“begun here” could not be deleted, and is there again. Something new was written there, so it was not deleted.')
  await expect(sessions(page).getByRole('link', { name: 'begun here' })).toBeVisible()
  await expect(sessions(other).getByRole('link', { name: 'begun here' })).toBeVisible()
  await expect(alerts(other)).toHaveCount(0)
  expect(await texts(page, id)).toEqual(['begun here', 'written all the same'])
})
