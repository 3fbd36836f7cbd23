import type { Locator, Page } from '@playwright/test'
import { expect, test } from './satchel.ts'
import { attach } from './doors.ts'
import { readDrafts } from './draftDatabase.ts'
import { dump } from './kept.ts'
import { answers, attachments, composer, expectAgentDone, expectAttachments, expectSaved, openApp, preview, send, sent, sessionId, textbox, undo } from './app.ts'
import { getMessages } from './rest.ts'
import { expectOpenToAll } from './openToAll.ts'

test('a message is edited with its files as another version, by keyboard too; one goes between them, and every tab and reload shows the same', async ({ page, context, disk }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openApp(page)
  const shot = await disk.png('shot.png')
  await attach(page, shot)
  await textbox(page).fill('first **words**')
  await expectSaved(page, ['shot.png'])
  await send(page)
  await expectAgentDone(page)
  await textbox(page).fill('and then?')
  await send(page)
  await expectAgentDone(page)
  const other = await context.newPage()
  await other.goto(page.url())
  await expect(sent(other)).toHaveCount(2)

  const actions = (tab: typeof page, i: number) => sent(tab).nth(i).getByRole('toolbar', { name: 'Message actions' })
  await actions(page, 0).getByRole('button', { name: 'Copy' }).focus()
  await page.keyboard.press('Enter')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('first **words**')
  await page.keyboard.press('ArrowRight')
  await expect(actions(page, 0).getByRole('button', { name: 'Edit' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(textbox(page)).toBeFocused()
  await expect(textbox(page)).toHaveValue('first **words**')
  await expectAttachments(composer(page), ['shot.png'])
  await page.getByRole('button', { name: 'Cancel editing' }).click()
  await expect(textbox(page)).toHaveValue('')
  await undo(page).click()
  await expect(textbox(page)).toHaveValue('first **words**')
  await textbox(page).fill('other words')
  await page.reload()
  await expect(textbox(page)).toHaveValue('other words')
  await expectAttachments(composer(page), ['shot.png'])
  await composer(page).getByRole('button', { name: 'Preview shot.png' }).click()
  await expect(preview(page).getByRole('img').first()).toBeVisible()
  await page.keyboard.press('Escape')
  await send(page)
  await expectAgentDone(page)

  const versions = (tab: typeof page) => sent(tab).first().getByRole('group', { name: 'Versions' })
  for (const tab of [page, other]) {
    await expect(sent(tab)).toHaveCount(1)
    await expect(sent(tab)).toContainText('other words')
    await expect(versions(tab)).toContainText('2 of 2')
    await expectAttachments(sent(tab), ['shot.png'])
  }
  await versions(page).getByRole('button', { name: 'Previous version' }).focus()
  await page.keyboard.press('Enter')
  for (const tab of [page, other]) {
    await expect(sent(tab)).toContainText(['first **words**', 'and then?'])
    await expect(versions(tab)).toContainText('1 of 2')
  }
  await expect(versions(page).getByRole('button', { name: 'Previous version' })).toBeFocused()
  await page.reload()
  await expect(versions(page)).toContainText('1 of 2')
  await versions(page).getByRole('button', { name: 'Next version' }).click()
  await expect(sent(page)).toHaveCount(1)
  await expect(versions(page).getByRole('button', { name: 'Next version' })).toBeFocused()

  await answers(page).getByRole('button', { name: 'Retry' }).click()
  await expect(versions(page)).toContainText('3 of 3')
  await expect(sent(page)).toContainText('other words')
  await expectAgentDone(page)
  await answers(page).getByRole('button', { name: 'Quote' }).click()
  await expect(textbox(page)).toHaveValue(/^> /)
  await expect(textbox(page)).toBeFocused()
})

test('an edit that was cancelled can be taken up again after a reload, with its words and files; what nobody takes up goes from the device', async ({ page, disk }) => {
  await openApp(page)
  await textbox(page).fill('first')
  await attach(page, await disk.png('sent.png'))
  await expectSaved(page, ['sent.png'])
  await send(page)
  await expectAgentDone(page)
  await textbox(page).fill('what was being written')
  const editing = page.getByRole('group', { name: 'Editing' })
  await sent(page).getByRole('button', { name: 'Edit' }).click()
  await expect(textbox(page)).toHaveValue('first') // what is typed before that is put behind it
  await textbox(page).fill('first, changed')
  await attach(page, await disk.png('more.png'))
  await expectSaved(page, ['sent.png', 'more.png'])
  await page.getByRole('button', { name: 'Cancel editing' }).click()
  await expect(textbox(page)).toHaveValue('what was being written')
  await expect(undo(page)).toBeVisible()

  await page.reload()
  await expect(textbox(page)).toHaveValue('what was being written')
  await expect(attachments(composer(page))).toHaveCount(0)
  await undo(page).click()
  await expect(editing).toBeVisible()
  await expect(textbox(page)).toHaveValue('first, changed')
  await expectAttachments(composer(page), ['sent.png', 'more.png'])
  await page.reload()
  await expect(textbox(page)).toHaveValue('first, changed')
  await expectAttachments(composer(page), ['sent.png', 'more.png'])
  await expect(undo(page)).toHaveCount(0)

  await page.getByRole('button', { name: 'Cancel editing' }).click()
  await expect(undo(page)).toBeVisible()
  await page.reload()
  await page.getByRole('status', { name: 'Undo' }).getByRole('button', { name: 'Dismiss' }).click()
  await expect.poll(async () => (await dump(page)).text).not.toContain('first, changed')
  await page.reload()
  await expect(textbox(page)).toHaveValue('what was being written')
  await expect(undo(page)).toHaveCount(0)
})

test('a finger reaches what can be done with a message, and an edit waits until an answer has ended, or stops it', async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url, hasTouch: true, viewport: { width: 360, height: 720 }, isMobile: true })
  const page = await context.newPage()
  await openApp(page)
  await textbox(page).fill('first')
  await send(page)
  await expectAgentDone(page)
  const actions = sent(page).first().getByRole('toolbar', { name: 'Message actions' })
  await expect(actions).toBeHidden()
  const lift = await rest(page, sent(page).first())
  await expect(actions).toBeVisible()
  await lift()
  await textbox(page).tap()
  await expect(actions).toBeHidden()
  await sent(page).first().tap()
  const size = await sent(page).first().getByRole('button', { name: 'Copy' }).boundingBox()
  expect(size?.height).toBeGreaterThanOrEqual(40)
  await sent(page).first().getByRole('button', { name: 'Edit' }).tap()
  await expect(textbox(page)).toHaveValue('first')

  const busy = await context.newPage()
  await busy.goto(page.url())
  await expect(textbox(busy)).toHaveValue('first')
  await busy.request.post(`/api/sessions/${new URL(page.url()).pathname.split('/').at(-1)}/messages`, { data: { content: '/slow 9999' } })
  await expect(answers(page)).toHaveCount(2)
  await textbox(page).fill('edited')
  await composer(page).getByRole('button', { name: 'Send', exact: true }).tap()
  const held = sent(page).filter({ hasText: 'Waits until the answer has ended' })
  await expect(held).toContainText('edited')
  await expect(answers(page)).toHaveCount(2) // which goes on before one's eyes
  await held.getByRole('button', { name: 'Edit', exact: true }).first().tap()
  await expect(textbox(page)).toHaveValue('edited')
  await expect(page.getByRole('group', { name: 'Editing' })).toBeVisible()
  await textbox(page).fill('edited twice')
  await composer(page).getByRole('button', { name: 'Send', exact: true }).tap()
  await held.getByRole('button', { name: 'Stop and send' }).tap()
  await expect(sent(page)).toHaveText([/edited twice/])
  await expect(sent(page).getByRole('group', { name: 'Versions' })).toContainText('2 of 2')
  await expect(sent(busy)).toHaveText([/edited twice/])
  await context.close()
})

test('an edit offers to put the agent\'s folder back, by keyboard and on a phone; over a reload it is put back, or stays, as chosen', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 720 })
  await openApp(page)
  for (const text of ['/write a.txt one', '/edit a.txt one => two', 'and now?']) {
    await textbox(page).fill(text)
    await send(page)
    await expectAgentDone(page)
  }
  const edit = async (i: number) => {
    await sent(page).nth(i).getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name: 'Edit' }).focus()
    await page.keyboard.press('Enter')
  }
  const choice = page.getByRole('group', { name: 'Editing' }).getByRole('checkbox', { name: /Put the agent’s folder back/ })
  await edit(2)
  await expect(page.getByRole('group', { name: 'Editing' })).toBeVisible()
  await expect(choice).toHaveCount(0) // no file came later

  await page.getByRole('button', { name: 'Cancel editing' }).click()
  await expect(page.getByRole('group', { name: 'Editing' })).toHaveCount(0)
  await expect(textbox(page)).toBeFocused() // then nothing takes the focus from the next button
  await edit(1)
  await expect(choice).not.toBeChecked()
  await expect(choice).toHaveAccessibleDescription('Files that came later are taken out of it. They stay with their messages.')
  await expectOpenToAll(page, 'form[aria-label="New message"]')
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  await choice.focus()
  await page.keyboard.press('Space')
  await expect.poll(async () => (await readDrafts(page)).messages[sessionId(page)]?.restoresFiles).toBe(true) // a reload at the same moment would be faster
  await page.reload()
  await expect(choice).toBeChecked()
  await textbox(page).fill('/read a.txt')
  await send(page)
  await expectAgentDone(page)

  await expect(answers(page).last()).toContainText('put back as it was')
  await expect.poll(async () => (await getMessages(page, sessionId(page))).at(-1)?.parts.at(-1)).toMatchObject({ output: { text: 'one\n' } })
  await expect(page.getByRole('group', { name: 'Editing' })).toHaveCount(0)
})

test('a message is deleted with its answer: it asks, can be undone, and is gone for every tab and reload then', async ({ page, context }) => {
  await openApp(page)
  for (const text of ['first', '/write a.txt secret', 'third']) {
    await textbox(page).fill(text)
    await send(page)
    await expectAgentDone(page)
  }
  const other = await context.newPage()
  await other.goto(page.url())
  await expect(sent(other)).toHaveCount(3)
  const remove = async () => {
    await sent(page).nth(1).getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name: 'Delete' }).focus()
    await page.keyboard.press('Enter')
  }
  const dialog = page.getByRole('dialog', { name: 'Delete this message?' })

  await remove()
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await expectOpenToAll(page, 'dialog')
  await page.keyboard.press('Escape')
  await expect(sent(page)).toHaveCount(3)
  await remove()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await expect(sent(page)).toHaveText([/first/, /third/])
  await expect(answers(page)).toHaveCount(2)
  await undo(page).click()
  await expect(sent(page)).toHaveCount(3)
  await remove()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('status', { name: 'Undo' }).getByText('Message deleted.')).toHaveCount(1)

  await expect(sent(other)).toHaveText([/first/, /third/]) // when nobody has undone it
  await expect(answers(other)).toHaveCount(2)
  expect(await other.content()).not.toContain('secret')
  await page.reload()
  await expect(sent(page)).toHaveText([/first/, /third/])
  expect(await page.content()).not.toContain('secret')
})

/** A finger that rests on the middle of an element. @returns how it is lifted */
async function rest(page: Page, element: Locator) {
  const { x, y, width, height } = await element.evaluate(box => box.getBoundingClientRect().toJSON() as DOMRect)
  const device = await page.context().newCDPSession(page)
  await device.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: x + width - 40, y: y + height / 3 }] })
  return () => device.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}

test('a half-written draft waits while a sent message is edited, by a double click too: it is among the drafts, and it is back when the edit is discarded', async ({ page, disk }) => {
  await openApp(page)
  await textbox(page).fill('one')
  await send(page)
  await expectAgentDone(page)
  await attach(page, await disk.png('mine.png'))
  await textbox(page).fill('half-written')
  await expectSaved(page, ['mine.png'])

  await sent(page).hover()
  await sent(page).getByRole('button', { name: 'Edit' }).dblclick()
  await expect(textbox(page)).toHaveValue('one')
  await expect(attachments(composer(page))).toHaveCount(0)
  await page.getByRole('link', { name: /^Drafts/ }).click()
  const drafts = page.getByRole('list', { name: 'Drafts' })
  await expect(drafts).toContainText('half-written')
  await drafts.getByRole('button', { name: /Discard .*: Edit of an earlier message/ }).click()

  await expect(drafts.getByRole('button', { name: /^Discard/ })).toHaveCount(1)
  await expect(drafts).toContainText('half-written')
  await page.reload()
  await page.getByRole('button', { name: /^Open / }).click()
  await expect(textbox(page)).toHaveValue('half-written')
  await expectSaved(page, ['mine.png'])
})

test('a message that waits and is taken back while another is being edited does not mix with it, and nothing of either is lost', async ({ page, context }) => {
  await openApp(page)
  await textbox(page).fill('one')
  await send(page)
  await expectAgentDone(page)
  await context.setOffline(true)
  await textbox(page).fill('waits here')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(sent(page).last()).toContainText('Waiting')
  await sent(page).first().hover()
  await sent(page).first().getByRole('button', { name: 'Edit' }).click()
  await expect(textbox(page)).toHaveValue('one')
  await textbox(page).fill('one, and better')

  await sent(page).filter({ hasText: 'waits here' }).getByRole('button', { name: 'Edit' }).click()
  await expect(textbox(page)).toHaveValue('waits here')
  await expect(page.getByRole('group', { name: 'Editing' })).toHaveCount(0)
  await undo(page).click()
  await expect(textbox(page)).toHaveValue('one, and better')
  await expect(page.getByRole('group', { name: 'Editing' })).toBeVisible()
  await page.getByRole('button', { name: 'Cancel editing' }).click()
  await expect(textbox(page)).toHaveValue('waits here')
})

test('what was written for an edit goes on as a new message where the one that was edited was deleted meanwhile', async ({ page }) => {
  await openApp(page)
  for (const text of ['one', 'two']) {
    await textbox(page).fill(text)
    await send(page)
    await expectAgentDone(page)
  }
  await sent(page).nth(1).hover()
  await sent(page).nth(1).getByRole('button', { name: 'Edit' }).click()
  await textbox(page).fill('two, and better')
  const [, , { id }] = await getMessages(page, sessionId(page)) as [unknown, unknown, { id: string }]
  expect((await page.request.delete(`/api/sessions/${sessionId(page)}/turns/${id}`)).status()).toBe(204)
  await expect(sent(page)).toHaveText([/one/])

  await page.getByRole('button', { name: 'Send', exact: true }).click()
  const refused = sent(page).filter({ hasText: 'Not sent. The message that you edited was deleted meanwhile. Retry sends this as a new message.' })
  await expect(refused).toContainText('two, and better')
  await page.reload()
  await refused.getByRole('button', { name: 'Retry' }).click()
  await expectAgentDone(page)
  await expect(sent(page)).toHaveText([/one/, /two, and better/])
  await expect(page.getByRole('alert')).toHaveCount(0)
})
