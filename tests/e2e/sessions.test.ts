import type { Page } from '@playwright/test'
import {
  answers, composer, expectAgentDone, expectAttachments, expectNothingInPreparation, expectSaved, history, newSession, openApp, send, sent, sessionId, sessions, textbox, thumbnails, undo,
} from './app.ts'
import { attach } from './doors.ts'
import { readDrafts, savedText } from './draftDatabase.ts'
import { getSession } from './rest.ts'
import { expect, test } from './satchel.ts'
import { holdWorker } from './slowness.ts'

const link = (page: Page, title: string) => sessions(page).getByRole('link').filter({ hasText: title })

async function rename(page: Page, title: string) {
  await page.getByRole('button', { name: 'Rename session' }).click()
  await page.getByRole('textbox', { name: 'Session title' }).fill(title)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: title })).toBeVisible()
}

async function startSession(page: Page, title: string) {
  const before = page.url()
  await newSession(page).click()
  await expect(page).not.toHaveURL(before)
  await rename(page, title)
}

test('each session keeps its own text and its own files', async ({ page, disk }) => {
  const [one, two] = [await disk.png('one.png'), await disk.text('two.txt')]
  await openApp(page)
  await rename(page, 'Alpha')
  await textbox(page).fill('written in alpha')
  await attach(page, one)
  await expectSaved(page, [one])

  await startSession(page, 'Beta')
  await expect(textbox(page)).toHaveValue('')
  await expectAttachments(composer(page), [])
  await textbox(page).fill('written in beta')
  await attach(page, two)
  await expectSaved(page, [two])
  await expect(link(page, 'Alpha')).toHaveText(/Draft/)
  await expect(link(page, 'Beta')).toHaveText(/Draft/)

  await link(page, 'Alpha').click()
  await expect(textbox(page)).toHaveValue('written in alpha')
  await expectSaved(page, [one])
  await expect.poll(() => savedText(page, sessionId(page))).toBe('written in alpha')

  await page.reload()
  await expect(textbox(page)).toHaveValue('written in alpha')
  await expectSaved(page, [one])
  await link(page, 'Beta').click()
  await expect(textbox(page)).toHaveValue('written in beta')
  await expectSaved(page, [two])
})

test('sending one session leaves the draft of the other alone', async ({ page, disk }) => {
  const [one, two] = [await disk.png('one.png'), await disk.png('two.png')]
  await openApp(page)
  await rename(page, 'Alpha')
  await textbox(page).fill('stays')
  await attach(page, one)
  await expectSaved(page, [one])
  await startSession(page, 'Beta')
  await textbox(page).fill('goes')
  await attach(page, two)
  await expectSaved(page, [two])

  await send(page)

  await expect(link(page, 'Beta')).not.toHaveText(/Draft/)
  await expect(link(page, 'Alpha')).toHaveText(/Draft/)
  await link(page, 'Alpha').click()
  await expect(textbox(page)).toHaveValue('stays')
  await expectSaved(page, [one])
  await expect(sent(page)).toHaveCount(0)
})

test('a file that is still being read when the person goes elsewhere stays where it was given', async ({ page, disk }) => {
  const files = [await disk.screenshot('one.png'), await disk.screenshot('two.png')]
  const reading = await holdWorker(page)
  await openApp(page)
  await rename(page, 'Alpha')
  const alpha = sessionId(page)
  await attach(page, ...files)
  await expect(thumbnails(composer(page)).first()).toBeDisabled()
  await startSession(page, 'Beta')

  reading.goOn()

  await expect.poll(async () => (await readDrafts(page)).medias.map(({ sessionId }) => sessionId)).toEqual([alpha, alpha])
  await expectAttachments(composer(page), [])
  await link(page, 'Alpha').click()
  await expectSaved(page, files)
  await page.reload()
  await expectSaved(page, files)
})

test('a file that is removed while it is still being read does not come back', async ({ page, disk }) => {
  const files = [await disk.png('kept.png'), await disk.png('unwanted.png')]
  const reading = await holdWorker(page)
  await openApp(page)
  await attach(page, ...files)
  await composer(page).getByRole('button', { name: 'Remove unwanted.png' }).click()

  reading.goOn()

  await expectSaved(page, ['kept.png'])
  await expect.poll(async () => (await readDrafts(page)).medias.map(({ name }) => name)).toEqual(['kept.png'])
  await page.reload()
  await expectSaved(page, ['kept.png'])
})

test('send waits for files that are still being read', async ({ page, disk }) => {
  const file = await disk.png()
  const reading = await holdWorker(page)
  await openApp(page)
  await textbox(page).fill('with a file')
  await attach(page, file)
  await expect(composer(page).getByRole('button', { name: 'Send' })).toBeDisabled()
  await textbox(page).press('Enter')
  await expect(textbox(page)).toHaveValue('with a file')
  await expect(sent(page)).toHaveCount(0)

  reading.goOn()
  await expectNothingInPreparation(page)
  await send(page)
  await expectAttachments(sent(page), [file])
})

test('a discarded draft is gone from the device with its files, and Undo brings it back as it was', async ({ page, disk }) => {
  await openApp(page)
  await rename(page, 'Keep me')
  await textbox(page).fill('kept')
  await attach(page, await disk.png('kept.png'))
  await expectSaved(page, ['kept.png'])
  await startSession(page, 'Waste')
  await textbox(page).fill('waste')
  await attach(page, await disk.png('waste.png'), await disk.text('waste.txt'))
  await expectSaved(page, ['waste.png', 'waste.txt'])
  const waste = sessionId(page)
  const before = await readDrafts(page)
  const discard = sessions(page).getByRole('button', { name: 'Discard draft Waste' })

  await discard.click()
  await expect(link(page, 'Waste')).toHaveCount(0)
  await expect.poll(async () => (await readDrafts(page)).medias.map(({ name }) => name)).toEqual(['kept.png'])
  expect((await readDrafts(page)).thumbnails).toHaveLength(1)

  await undo(page).click()
  await expect(page).toHaveURL(new RegExp(waste))
  await expect(textbox(page)).toHaveValue('waste')
  await expectSaved(page, ['waste.png', 'waste.txt'])
  expect(await readDrafts(page)).toMatchObject({ messages: before.messages, medias: before.medias })

  await discard.click()
  await expect(link(page, 'Waste')).toHaveCount(0)
  await expect.poll(async () => (await readDrafts(page)).medias.map(({ name }) => name)).toEqual(['kept.png'])
  expect(Object.values((await readDrafts(page)).messages).map(({ message }) => message)).toEqual(['kept'])
  await page.reload()
  await expect(link(page, 'Keep me')).toBeVisible()
  await expect(link(page, 'Waste')).toHaveCount(0)
})

test('each new session opens at an address of its own', async ({ page }) => {
  await openApp(page)
  const addresses = new Set([page.url()])
  for (let i = 0; i < 3; i++) {
    const before = page.url()
    await textbox(page).fill(`written in ${i}`)
    await newSession(page).click()
    await expect(page).not.toHaveURL(before)
    addresses.add(page.url())
  }
  expect(addresses.size).toBe(4)

  await page.goBack()
  expect(addresses).toContain(page.url())
  await expect(textbox(page)).toBeEditable()
})

test('an empty new session is used again, is the first in the list, and is ready to be written in', async ({ page }) => {
  await page.clock.install({ time: Date.now() - 36 * 60 * 60 * 1000 }) // a computer whose clock is wrong
  await openApp(page)
  await textbox(page).fill('sent before')
  await send(page)
  await expectAgentDone(page)
  await newSession(page).click()
  await expect(link(page, 'Untitled')).toBeVisible()
  const empty = page.url()

  for (let i = 0; i < 4; i++)
    await newSession(page).click()

  await expect(page).toHaveURL(empty)
  await expect(textbox(page)).toBeFocused()
  await expect(sessions(page).getByRole('link')).toHaveText(['Untitled', 'sent before'])
  await page.reload()
  await expect(textbox(page)).toBeEditable()
  await expect(sessions(page).getByRole('link')).toHaveText(['Untitled', 'sent before'])

  await link(page, 'sent before').click()
  await textbox(page).fill('and more')
  await send(page)
  await expect(answers(page)).toHaveCount(2)
  await expectAgentDone(page)
  await expect(history(page).getByText('Today', { exact: true })).toHaveCount(1)
  await newSession(page).click()
  await expect(page).toHaveURL(empty)
  await expect(sessions(page).getByRole('link')).toHaveText(['Untitled', 'sent before'])
  await textbox(page).fill('# The next')
  await expect(page.getByRole('heading', { name: 'The next', exact: true })).toBeVisible()
  await expect(page).toHaveTitle(/^The next/)
  await expect(sessions(page).getByRole('link')).toHaveText([/^The next/, 'sent before'])
})

test('a draft keeps the title it was given, and the server hears of it with the first message', async ({ page }) => {
  await openApp(page)
  await rename(page, 'Quarterly figures')
  await expect.poll(async () => (await readDrafts(page)).sessions[sessionId(page)]?.title).toBe('Quarterly figures')

  await page.reload()
  await expect(page.getByRole('heading', { name: 'Quarterly figures' })).toBeVisible()
  await expect(link(page, 'Quarterly figures')).toBeVisible()

  await textbox(page).fill('Something else entirely')
  await send(page)
  expect(await getSession(page, sessionId(page))).toMatchObject({ title: 'Quarterly figures' })
  await expect(link(page, 'Quarterly figures')).toBeVisible()
})

test('a session that was sent can be renamed, for every browser', async ({ page, browser, server }) => {
  await openApp(page)
  await textbox(page).fill('First line of the message')
  await send(page)
  await expect(link(page, 'First line of the message')).toBeVisible()

  await rename(page, 'Better name')

  await expect(link(page, 'Better name')).toBeVisible()
  const elsewhere = await browser.newPage({ baseURL: server.url })
  await openApp(elsewhere)
  await link(elsewhere, 'Better name').click()
  await expect(sent(elsewhere)).toContainText('First line of the message')
  await elsewhere.close()
})
