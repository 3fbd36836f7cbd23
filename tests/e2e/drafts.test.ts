import type { Locator, Page } from '@playwright/test'
import {
  alerts, attachments, composer, expectAgentReceived, expectAttachments, expectSaved, newSession, openApp, preview, sendButton, sent,
  sessionId, textbox, thumbnail,
} from './app.ts'
import type { Disk } from './disk.ts'
import { attach } from './doors.ts'
import { readDrafts, savedText } from './draftDatabase.ts'
import { expectShown } from './pictures.ts'
import { getSent } from './rest.ts'
import { expect, test } from './satchel.ts'

const pages = (page: Page): Locator => page.getByRole('navigation', { name: 'Pages' })
const draftsLink = (page: Page): Locator => pages(page).getByRole('link', { name: /^Drafts/ })
const items = (page: Page): Locator => page.getByRole('list', { name: 'Drafts' }).locator('> li')
const item = (page: Page, text: string): Locator => items(page).filter({ hasText: text })

async function openDrafts(page: Page) {
  await draftsLink(page).click()
  await expect(page).toHaveURL(/\/drafts$/)
  await expect(page.getByRole('heading', { name: 'Drafts', exact: true })).toBeVisible()
}

/** A session of its own, with a title, a text and files. @returns its id */
async function write(page: Page, title: string, text: string, ...files: { path: string, name: string }[]) {
  const id = sessionId(page)
  await page.getByRole('button', { name: 'Rename session' }).click()
  await page.getByRole('textbox', { name: 'Session title' }).fill(title)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: title })).toBeVisible()
  await textbox(page).fill(text)
  if (files.length)
    await attach(page, ...files)
  await expectSaved(page, files)
  await expect.poll(() => savedText(page, id)).toBe(text)
  return id
}

/** Drafts of three sessions and a message that waits in the last one. */
async function writeFour(page: Page, disk: Disk) {
  const [one, two, three] = [
    { title: 'Invoices', text: 'first line\nsecond line', files: [await disk.screenshot('zebra.png'), await disk.pdf('report.pdf'), await disk.text('notes.txt')] },
    { title: 'Holidays', text: 'where to go', files: [] },
    { title: 'Bugs', text: 'the next one', files: [await disk.png('next.png')] },
  ] as const
  const ids = [await write(page, one.title, one.text, ...one.files)]
  for (const { title, text } of [two, { ...three, text: 'on its way' }]) {
    await newSession(page).click()
    await expect(textbox(page)).toHaveValue('')
    ids.push(await write(page, title, text, ...title === 'Bugs' ? [await disk.png('sent.png')] : []))
  }
  return { one, two, three, ids }
}

test('everything unsent of all sessions is in one list, also while the server is away; one opens it and goes on', async ({ page, disk, server }) => {
  await openApp(page)
  const { one, three, ids } = await writeFour(page, disk)
  await page.waitForLoadState('networkidle')
  await server.kill()
  await sendButton(page).click()
  await expect(sent(page)).toContainText('Waiting')
  await textbox(page).fill(three.text)
  await attach(page, ...three.files)
  await expectSaved(page, three.files)

  await expect(draftsLink(page)).toHaveText(/Drafts\s*4/)
  await openDrafts(page)

  await expect(items(page)).toHaveText([/Bugs.*the next one/, /Bugs.*on its way/, /Holidays.*where to go/, /Invoices.*first line\s+second line/])
  await expect(item(page, 'on its way')).toContainText(/just now|minutes? ago/)
  await expect(item(page, 'on its way')).toContainText('Waiting')
  await expect(item(page, 'the next one')).toContainText('Saved on this device')
  await expectAttachments(item(page, 'Invoices'), one.files)
  await expect(item(page, 'Invoices')).toContainText(/3 files · 2(\.\d)? MB/)
  await expectShown(thumbnail(item(page, 'Invoices'), 'zebra.png').locator('img'))
  await thumbnail(item(page, 'Invoices'), 'zebra.png').click()
  await expectShown(preview(page).getByRole('img', { name: 'zebra.png' }), { width: 880, height: 800 })
  await page.keyboard.press('Escape')

  await item(page, 'on its way').getByRole('button', { name: 'Open Bugs' }).click()
  await expect(page).toHaveURL(new RegExp(`/session/${ids[2]}#`))
  await expect(sent(page)).toBeFocused()
  await expect(sent(page)).toBeInViewport()
  await expect(textbox(page)).toHaveValue(three.text)

  await openDrafts(page)
  await item(page, 'Invoices').getByRole('link', { name: 'Invoices' }).click()
  await expect(page).toHaveURL(`/session/${ids[0]}`)
  await expect(textbox(page)).toHaveValue(one.text)
  await expect(textbox(page)).toBeFocused()
  await expectSaved(page, one.files)

  await server.restart()
  await expect(draftsLink(page)).toHaveText(/Drafts\s*3/)
})

test('a draft and a message are discarded from the list, by keyboard, and brought back with their files', async ({ page, disk, server }) => {
  await openApp(page)
  const { one } = await writeFour(page, disk)
  await server.kill()
  await sendButton(page).click()
  await expect(sent(page)).toContainText('Waiting')
  await openDrafts(page)
  await expect(items(page)).toHaveCount(3)
  const before = await readDrafts(page)

  for (const [title, file] of [['Invoices', 'zebra.png'], ['Bugs', 'sent.png']] as const) {
    await item(page, title).getByRole('button', { name: `Discard ${title}` }).focus()
    await page.keyboard.press('Enter')
    await expect(item(page, title)).toHaveCount(0)
    await expect(items(page).getByRole('link', { name: 'Holidays' })).toBeFocused()
    await expect.poll(async () => (await readDrafts(page)).medias.map(({ name }) => name)).not.toContain(file)
    await page.keyboard.press('ControlOrMeta+z')
    await expect(thumbnail(item(page, title), file)).toBeVisible()
  }

  await expectAttachments(item(page, 'Invoices'), one.files)
  await expectShown(thumbnail(item(page, 'Invoices'), 'zebra.png').locator('img'))
  const { messages, medias, outbox } = await readDrafts(page)
  expect({ messages, outbox }).toEqual({ messages: before.messages, outbox: before.outbox })
  expect(medias).toHaveLength(before.medias.length)
})

// Firefox tells its driver nothing of a file that a page has made itself.
test('everything is exported as one file and imported in another browser, and both together send a message once @chromium', async ({ page, disk, server, browser }) => {
  await openApp(page)
  const { one, two, ids } = await writeFour(page, disk)
  await server.kill()
  await sendButton(page).click()
  await expect(sent(page)).toContainText('Waiting')
  await openDrafts(page)
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export all' }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toMatch(/^satchel-drafts-\d{4}-\d\d-\d\d\.json$/)
  const file = `${disk.folder}/${download.suggestedFilename()}`
  await download.saveAs(file)
  await page.context().setOffline(true)
  await server.restart()

  const context = await browser.newContext({ baseURL: server.url })
  const other = await context.newPage()
  await other.goto('/drafts')
  await expect(other.getByText('is listed here until it is sent')).toBeVisible()
  await other.getByLabel('Exported drafts').setInputFiles(file)

  await expect(other.getByRole('status').filter({ hasText: 'Imported from' })).toContainText('2 drafts, 1 message, 4 files.')
  await expect(items(other)).toHaveText([/Holidays|Invoices/, /Holidays|Invoices/, /Bugs[^]*on its way[^]*Not sent: It was imported and is sent when you say so\./])
  await expectAttachments(item(other, one.title), one.files)
  await expect(item(other, two.title)).toContainText(two.text)

  await other.getByLabel('Exported drafts').setInputFiles(file)
  await expect(other.getByRole('status').filter({ hasText: 'is here already' })).toBeVisible()
  await expect(items(other)).toHaveCount(3)

  await item(other, 'on its way').getByRole('button', { name: 'Open Bugs' }).click()
  await other.getByRole('button', { name: 'Retry' }).click()
  await expect(sent(other).filter({ hasText: 'on its way' })).toHaveCount(1)
  await expect.poll(async () => (await readDrafts(other)).outbox).toEqual([])
  await page.context().setOffline(false) // where it comes from, it is still waiting
  await expect(item(page, 'on its way')).toHaveCount(0)
  expect(await getSent(page, ids[2]!)).toMatchObject([{ text: 'on its way', attachments: [{ filename: 'sent.png' }] }])

  await openDrafts(other)
  await item(other, one.title).getByRole('button', { name: 'Open Invoices' }).click()
  await expectSaved(other, one.files)
  await sendButton(other).click()
  await expect(attachments(composer(other))).toHaveCount(0)
  await expectAgentReceived(other, one.files)
  await context.close()
})

test('a file that is no export changes nothing and says so', async ({ page, disk }) => {
  await openApp(page, '/')
  await textbox(page).fill('here')
  await openDrafts(page)
  await expect(items(page)).toHaveCount(1)

  await page.getByLabel('Exported drafts').setInputFiles((await disk.png('holiday.png')).path)

  await expect(alerts(page)).toContainText('holiday.png is not an export of drafts.')
  await expect(items(page)).toHaveCount(1)
})

test('the settings say how much is stored and how much room is left', async ({ page, disk }) => {
  const storage = await openStorage(page, disk)

  await expect(storage).toContainText(/\d+(\.\d)? (KB|MB) stored, \d+(\.\d)? (MB|GB) free\./)
  await expect(storage).toContainText('The browser may clear it when the device runs out of room.')
  await page.reload()
  await expect(storage).toContainText('stored')
})

// Firefox asks the person, in a window of its own.
test('the settings ask the browser to keep what is stored, and say what it answered @chromium', async ({ page, disk }) => {
  const storage = await openStorage(page, disk)

  await storage.getByRole('button', { name: 'Ask the browser to keep it' }).click()
  await expect(storage.getByRole('status')).toHaveText(/^The browser has (not )?agreed\./)
})

/** What the settings say of the room, with a file in a draft. */
async function openStorage(page: Page, disk: Disk) {
  await openApp(page)
  await attach(page, await disk.screenshot('large.png'))
  await expectSaved(page, ['large.png'])
  await pages(page).getByRole('link', { name: 'Settings' }).click()
  return page.getByRole('region', { name: 'Storage on this device' })
}

test('a draft of which only refusals are left says so in the list, and is in no export', async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await disk.write('virus.zip', Buffer.from('504b030400000000', 'hex')), await disk.write('empty.txt', ''))
  await expect(alerts(page)).toHaveCount(2)

  await openDrafts(page)
  await expect(items(page)).toHaveCount(1)
  await expect(items(page)).toContainText(/Not attached: (virus\.zip, empty\.txt|empty\.txt, virus\.zip)/)
  await expect(items(page)).toContainText('Nothing to send')
  await expect(items(page)).not.toContainText('Saved on this device')
  const exporting = page.getByRole('button', { name: 'Export all' })
  await expect(exporting).toBeDisabled()

  await items(page).getByRole('link').click()
  await textbox(page).fill('without them')
  await openDrafts(page)
  await expect(items(page)).toContainText('without them')
  await expect(items(page)).not.toContainText('Nothing to send')
  await expect(exporting).toBeEnabled()
})
