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

test('where the agent begins with a message that waits while it is being edited, that is told, and the change is kept', async ({ page }) => {
  await openApp(page)
  await textbox(page).fill('/slow 9999')
  await send(page)
  await expect(answers(page)).toContainText('1 2')
  await textbox(page).fill('as it was')
  await send(page)
  await sent(page).last().getByRole('button', { name: 'Edit' }).first().click()
  await expect(page.getByRole('group', { name: 'Editing' })).toContainText('Editing a message that waits')
  await textbox(page).fill('as it was, and better')

  await composer(page).getByRole('button', { name: 'Stop' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'The agent has begun with this message as it was. Sending your change makes another version of it.' })).toBeVisible()
  await expectAgentDone(page)
  await expect(textbox(page)).toHaveValue('as it was, and better')
  await send(page)
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expect(sent(page).last().getByRole('group', { name: 'Versions' })).toContainText('2 of 2')
})
