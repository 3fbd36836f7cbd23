import type { Page } from '@playwright/test'
import { expect, test } from './satchel.ts'
import { answers, composer, expectAgentDone, openApp, send, sent, textbox } from './app.ts'

test('what was written for an edit stays when Edit is clicked on another message in another tab, which says why and has the composer\'s focus', async ({ page, context }) => {
  await openApp(page)
  for (const text of ['first one', 'second one']) {
    await textbox(page).fill(text)
    await send(page)
    await expectAgentDone(page)
  }
  const edit = async (tab: typeof page, place: number) => {
    await sent(tab).nth(place).hover()
    await sent(tab).nth(place).getByRole('button', { name: 'Edit' }).click()
  }
  await edit(page, 0)
  await expect(textbox(page)).toHaveValue('first one')
  await textbox(page).fill('first one, and much more')
  const other = await context.newPage()
  await other.goto(page.url())
  await expect(textbox(other)).toHaveValue('first one, and much more')

  await edit(other, 1)
  await expect(other.getByRole('alert').filter({ hasText: 'Another message is being edited, here or in another tab. Send or cancel that first.' })).toBeVisible()
  await expect(textbox(other)).toBeFocused()
  for (const tab of [page, other])
    await expect(textbox(tab)).toHaveValue('first one, and much more')
  await other.getByRole('button', { name: 'Cancel editing' }).click()
  await expect(other.getByRole('alert')).toHaveCount(0)
  await edit(other, 1)
  await expect(textbox(other)).toHaveValue('second one')
  await edit(other, 0) // nothing was changed
  for (const tab of [page, other])
    await expect(textbox(tab)).toHaveValue('first one')
})

/** The agent answers, and a message that waits is open to be edited. */
async function editWaiting(page: Page, before: () => Promise<unknown> = async () => undefined) {
  await openApp(page)
  await before()
  await textbox(page).fill('/slow 9999')
  await send(page)
  await expect(answers(page)).toContainText('1 2')
  await textbox(page).fill('as it was')
  await send(page)
  await sent(page).last().getByRole('button', { name: 'Edit' }).first().click()
  await expect(editing(page)).toContainText('Editing a message that waits')
  await textbox(page).fill('as it was, and better')
}

const editing = (page: Page) => page.getByRole('group', { name: 'Editing' })
const BEGUN = 'The agent has begun with this message as it was. Sending your change makes another version of it.'

test('the agent does not begin with a message that is being edited, which every tab says, and gets what was made of it; what is cancelled it gets as it was', async ({ page, context }) => {
  await editWaiting(page)
  await expect(editing(page)).toContainText('The agent waits for it, too.')
  const other = await context.newPage()
  await other.goto(page.url())
  await composer(page).getByRole('button', { name: 'Stop' }).click()
  await expectAgentDone(page)
  await page.reload()
  for (const tab of [page, other])
    await expect(sent(tab).last().getByRole('status', { name: 'Queued' })).toHaveText('Queued: being edited')
  await expect(textbox(page)).toHaveValue('as it was, and better')

  await send(page)
  await expect(answers(page)).toHaveCount(2)
  await expect(answers(page).last()).toContainText('as it was, and better')
  await expect(sent(page)).toHaveCount(2)

  await textbox(page).fill('/slow 9999')
  await send(page)
  await expect(answers(page).last()).toContainText('1 2')
  await textbox(page).fill('not changed')
  await send(page)
  await sent(page).last().getByRole('button', { name: 'Edit' }).first().click()
  await expect(editing(page)).toContainText('The agent waits for it, too.')
  await composer(page).getByRole('button', { name: 'Stop' }).click()
  await expectAgentDone(page)
  await expect(sent(other).last().getByRole('status', { name: 'Queued' })).toHaveText('Queued: being edited')
  await page.getByRole('button', { name: 'Cancel editing' }).click()
  await expect(answers(page).last()).toContainText('not changed')
})

test('where the agent begins with a message that waits while it is being edited, that is told, also after a reload, and the change is kept', async ({ page, context }) => {
  await editWaiting(page)
  const other = await context.newPage()
  await other.goto(page.url())
  await sent(other).last().getByRole('button', { name: 'Send now' }).click()
  await expect(page.getByRole('alert').filter({ hasText: BEGUN })).toBeVisible()
  await expectAgentDone(page)
  await page.reload()
  await expect(page.getByRole('alert').filter({ hasText: BEGUN })).toBeVisible()
  await expect(textbox(page)).toHaveValue('as it was, and better')
  await send(page)
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expect(sent(page).last().getByRole('group', { name: 'Versions' })).toContainText('2 of 2')
})

test('where the server cannot be told that a message is being edited, the agent begins with it, and that is told', async ({ page }) => {
  await editWaiting(page, () => page.route(/\/editing$/, route => route.abort()))
  await composer(page).getByRole('button', { name: 'Stop' }).click()

  await expect(page.getByRole('alert').filter({ hasText: BEGUN })).toBeVisible()
  await expect(textbox(page)).toHaveValue('as it was, and better')
})
