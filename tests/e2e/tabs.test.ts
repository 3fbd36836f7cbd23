import type { Page } from '@playwright/test'
import {
  composer, expectAccepted, expectAgentReceived, expectAttachments, expectSaved, openApp, send, sendButton, sent, sessionId, textbox, undo,
} from './app.ts'
import { attach } from './doors.ts'
import { readDrafts, savedText } from './draftDatabase.ts'
import { getSent } from './rest.ts'
import { expect, test } from './satchel.ts'

const WAYS_TO_LOCK = {
  'with Web Locks': async () => undefined,
  'without Web Locks': (page: Page) => page.context().addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined })),
}

/** The same session in a second tab of the same browser. */
async function openSecond(page: Page): Promise<Page> {
  const second = await page.context().newPage()
  await second.goto(page.url())
  await expect(textbox(second)).toBeEditable()
  return second
}

/** What is written in two tabs until they hear of each other is written at the same moment. @returns lets them hear */
async function keepApart(...pages: Page[]): Promise<() => Promise<unknown>> {
  await Promise.all(pages.map(page => page.evaluate(() => {
    const post = BroadcastChannel.prototype.postMessage
    const kept: (() => void)[] = []
    BroadcastChannel.prototype.postMessage = function (message) { kept.push(() => post.call(this, message)) }
    addEventListener('meet', () => {
      BroadcastChannel.prototype.postMessage = post
      kept.forEach(tell => tell())
    }, { once: true })
  })))
  return () => Promise.all(pages.map(page => page.evaluate(() => dispatchEvent(new Event('meet')))))
}

test('two tabs show the same draft, text and files, and one goes on where the other stopped', async ({ page, disk }) => {
  await openApp(page)
  const second = await openSecond(page)

  await textbox(page).pressSequentially('begun here')
  await attach(page, await disk.png('one.png'), await disk.text())
  await expect(textbox(second)).toHaveValue('begun here')
  await expectSaved(second, ['one.png', 'notes.txt'])

  await textbox(second).press('End')
  await textbox(second).pressSequentially(', ended there')
  await composer(second).getByRole('button', { name: 'Remove one.png' }).click()
  await expect(textbox(page)).toHaveValue('begun here, ended there')
  await expectSaved(page, ['notes.txt'])

  await undo(second).click()
  await expectSaved(page, ['one.png', 'notes.txt'])
})

test('a draft that was sent in one tab is gone from the other, and does not come back', async ({ page, disk }) => {
  const file = await disk.png()
  await openApp(page)
  const second = await openSecond(page)
  await textbox(page).fill('only once')
  await attach(page, file)
  await expectSaved(second, [file])
  await expect(textbox(second)).toHaveValue('only once')

  await send(page)

  await expectAccepted(second)
  await expect(sent(second)).toHaveCount(1)
  await second.reload()
  await expect(textbox(second)).toHaveValue('')
  await expectAttachments(composer(second), [])
  expect(await getSent(page, sessionId(page))).toHaveLength(1)
})

for (const [choice, result] of [['Keep mine', 'mine'], ['Take theirs', 'theirs'], ['Keep both', 'both']] as const) {
  test(`what was written in two tabs at once is kept until a person decides: ${choice}`, async ({ page }) => {
    await openApp(page)
    const second = await openSecond(page)
    const meet = await keepApart(page, second)
    await textbox(page).fill('from the first tab')
    await textbox(second).fill('from the second tab')
    await meet()

    const asked = page.getByRole('alert').filter({ hasText: 'changed in another tab at the same time' })
    await expect(asked).toContainText('from the second tab')
    await expect(textbox(page)).toHaveValue('from the first tab')
    await expect(textbox(second)).toHaveValue('from the second tab')
    await expect(sendButton(page)).toBeDisabled()
    await expect(sendButton(page)).toHaveAccessibleDescription('Choose first which text to keep.')
    await page.bringToFront() // only the tab in front has the keyboard's focus
    await textbox(page).press('Enter')
    await expect(asked.getByRole('button', { name: 'Keep mine' })).toBeFocused()
    await asked.getByRole('button', { name: choice }).click()

    const text = { mine: 'from the first tab', theirs: 'from the second tab', both: 'from the first tab\n\nfrom the second tab' }[result]
    await expect(textbox(page)).toHaveValue(text)
    await expect(textbox(second)).toHaveValue(text)
    await expect(page.getByRole('alert')).toHaveCount(0)
    await expect(second.getByRole('alert')).toHaveCount(0)
    await expect.poll(() => savedText(page, sessionId(page))).toBe(text)
  })
}

for (const [lock, prepare] of Object.entries(WAYS_TO_LOCK)) {
  test(`a duplicated tab does not send the outbox a second time, ${lock}`, async ({ page, server, disk, browserName }) => {
    await prepare(page)
    let frames = 0
    page.context().on('page', () => undefined)
    const count = (tab: Page) => tab.on('websocket', socket => socket.on('framesent', ({ payload }) => {
      if (payload.includes('"send_message"'))
        frames++
    }))
    count(page)
    const file = await disk.png()
    await openApp(page)
    const second = await page.context().newPage()
    count(second)
    await second.goto(page.url())
    await expect(textbox(second)).toBeEditable()
    await Promise.all([page, second].map(tab => tab.waitForLoadState('networkidle'))) // what attaching needs is there
    await server.kill()
    await textbox(page).fill('first')
    await attach(page, file)
    await expectSaved(page, [file])
    await sendButton(page).click()
    await textbox(page).fill('second')
    await sendButton(page).click()
    await expect(sent(second)).toHaveText([/first/, /second/])

    await server.restart()
    for (const tab of [page, second])
      await tab.getByRole('button', { name: 'Try now' }).click({ timeout: 2000 }).catch(() => undefined) // it may be back by itself

    await expectAccepted(page)
    await expectAccepted(second)
    expect((await getSent(page, sessionId(page))).map(({ text }) => text)).toEqual(['first', 'second'])
    if (browserName === 'chromium') // the only one whose driver tells of frames
      expect(frames).toBe(2)
    expect((await readDrafts(page)).outbox).toEqual([])
  })
}

test('a tab that closes while it sends leaves the rest to the other', async ({ page, server, disk }) => {
  const file = await disk.png()
  await openApp(page)
  const second = await openSecond(page)
  await textbox(page).fill('hold on')
  await attach(page, file)
  await expectSaved(page, [file])
  server.pause()
  await sendButton(page).click()
  await expect(sent(second)).toContainText('hold on')
  await page.close()
  server.resume()

  await expectAccepted(second)
  await expectAgentReceived(second, [file])
  expect(await getSent(second, sessionId(second))).toHaveLength(1)
})

for (const [lock, prepare] of Object.entries(WAYS_TO_LOCK)) {
  test(`what one tab is sending the other offers neither to edit nor to discard, until that tab is gone, ${lock}`, async ({ page, server }) => {
    await prepare(page)
    await openApp(page)
    const second = await openSecond(page)
    await second.waitForLoadState('networkidle') // the list of drafts is there before the server is away
    server.pause()
    await textbox(page).fill('on its way')
    await sendButton(page).click()

    const message = sent(second)
    await expect(message).toContainText('Sending…')
    await second.getByRole('link', { name: /^Drafts/ }).click()
    const listed = second.getByRole('list', { name: 'Drafts' }).getByRole('listitem')
    await expect(listed).toContainText('Sending…')
    await expect(listed.getByRole('button', { name: /^Discard/ })).toHaveCount(0)
    await second.goBack()
    await expect(message).toContainText('Sending…')
    await expect(message.getByRole('button', { name: /Edit|Discard/ })).toHaveCount(0)

    await server.kill()
    await expect(message.getByRole('button', { name: 'Edit' })).toBeVisible({ timeout: 30_000 })
    await message.getByRole('button', { name: 'Edit' }).click()
    await expect(textbox(second)).toHaveValue('on its way')
    await expect(textbox(page)).toHaveValue('on its way')
    await expect(sent(page)).toHaveCount(0)
  })
}
