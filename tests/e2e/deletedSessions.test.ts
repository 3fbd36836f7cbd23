import type { Page } from '@playwright/test'
import {
  alerts, composer, expectAccepted, expectAgentDone, expectSaved, history, newSession, openApp, send, sendButton, sent, sessionId, sessions, textbox,
} from './app.ts'
import { attach } from './doors.ts'
import { expect, test } from './satchel.ts'

const DELETED = 'This session was deleted'
const UNKNOWN = 'There is no such session'
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true })

/** As another device does it. */
async function deleteSession(page: Page, id: string) {
  expect((await page.request.delete(`/api/sessions/${id}`)).status()).toBe(204)
}

async function storedSessions(page: Page): Promise<string[]> {
  const { sessions } = await (await page.request.get('/api/sessions')).json() as { sessions: { id: string }[] }
  return sessions.map(({ id }) => id)
}

async function openAnswered(page: Page, words: string) {
  await openApp(page)
  await textbox(page).fill(words)
  await send(page)
  await expectAgentDone(page)
  return sessionId(page)
}

test('a session deleted elsewhere while it is open is gone from the page, and what is sent from its draft begins another', async ({ page, disk }) => {
  const old = await openAnswered(page, 'said before')
  await textbox(page).fill('my draft')
  const file = await disk.png('kept.png')
  await attach(page, file)
  await expectSaved(page, [file])

  await deleteSession(page, old)

  await expect(alerts(page)).toHaveText(`${DELETED}; your draft is kept`)
  await expect(page.getByText('said before')).toHaveCount(0)
  await expect(heading(page, DELETED)).toBeVisible()
  await expect(page).toHaveTitle(new RegExp(`^${DELETED}`))
  await expect(page.getByRole('button', { name: 'Rename session' })).toHaveCount(0)
  await expect(textbox(page)).toHaveValue('my draft')
  await expectSaved(page, [file])

  await sendButton(page).click()
  await expect(page).not.toHaveURL(new RegExp(old))
  await expectAccepted(page)
  await expect(sent(page)).toHaveText(/my draft/)
  await expect(alerts(page)).toHaveCount(0)
  expect(await storedSessions(page)).toEqual([sessionId(page)])
  await expect(sessions(page).getByRole('link')).toHaveText(['my draft'])
})

test('the address of a session that was deleted meanwhile says so, and its draft can begin a new one', async ({ page, disk }) => {
  const old = await openAnswered(page, 'said before')
  await textbox(page).fill('my draft')
  const file = await disk.text('kept.txt')
  await attach(page, file)
  await expectSaved(page, [file])
  await page.goto('/settings')
  await deleteSession(page, old)

  await page.goto(`/session/${old}`)
  await expect(heading(page, DELETED)).toBeVisible()
  await expect(history(page)).toHaveCount(0)
  await expect(textbox(page)).toHaveValue('my draft')
  await expectSaved(page, [file])

  await page.getByRole('button', { name: 'New session with this draft' }).click()
  await expect(page).not.toHaveURL(new RegExp(old))
  await expect(textbox(page)).toHaveValue('my draft')
  await expectSaved(page, [file])
  await page.reload()
  await expect(textbox(page)).toHaveValue('my draft')
  await expectSaved(page, [file])
  await expect(sessions(page).getByRole('link')).toHaveText([/my draft/])
  expect(await storedSessions(page)).toEqual([])

  await page.goto(`/session/${old}`)
  await expect(heading(page, DELETED)).toBeVisible()
  await expect(textbox(page)).toHaveValue('')
})

test('an address that nobody knows opens nothing silently, and a session that only this device knows is never called missing', async ({ page }) => {
  await page.addInitScript((words) => {
    const seen = () => document.body?.textContent?.includes(words) && sessionStorage.setItem('seen', location.pathname)
    new MutationObserver(seen).observe(document, { childList: true, subtree: true, characterData: true })
  }, UNKNOWN)
  const seen = () => page.evaluate(() => sessionStorage.getItem('seen'))
  await openApp(page)
  await page.reload()
  await textbox(page).fill('a draft of this device')
  await newSession(page).click()
  await sessions(page).getByRole('link', { name: 'a draft of this device' }).click()
  await expect(textbox(page)).toHaveValue('a draft of this device')
  await page.reload()
  await expect(textbox(page)).toHaveValue('a draft of this device')
  await send(page)
  await expectAgentDone(page)
  expect(await seen()).toBe(null)

  await page.goto('/session/made-up')
  await expect(heading(page, UNKNOWN)).toBeVisible()
  await textbox(page).fill('written all the same')
  await expect(sessions(page).getByRole('link', { name: 'made-up' })).toHaveCount(0)
  await page.reload()
  await expect(heading(page, UNKNOWN)).toBeVisible()
  await expect(textbox(page)).toHaveValue('written all the same')
  await textbox(page).press('Enter')
  await expect(page).not.toHaveURL(/made-up/)
  await expectAccepted(page)
  await expect(sent(page)).toHaveText(/written all the same/)
  expect(await storedSessions(page)).not.toContain('made-up')
  await expect(composer(page)).toBeVisible()
})
