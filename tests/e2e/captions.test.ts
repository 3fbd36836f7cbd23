import { answers, composer, expectAgentDone, expectSaved, openApp, preview, send, sent, sessionId, thumbnail } from './app.ts'
import { attach } from './doors.ts'
import { getSent } from './rest.ts'
import { expect, test } from './satchel.ts'

test('what is said of a picture survives a reload and an edit, goes with it, and is its alternative text', async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await disk.png('a.png'), await disk.png('b.png'))
  await expectSaved(page, ['a.png', 'b.png'])
  await thumbnail(composer(page), 'b.png').click()
  const caption = preview(page).getByRole('textbox', { name: 'Caption of b.png' })
  await caption.pressSequentially('The - error + 0 after login') // keys that zoom and move elsewhere
  await expect(thumbnail(composer(page), 'b.png')).toHaveAccessibleDescription(/The - error \+ 0 after login/)
  await page.reload()
  await expectSaved(page, ['a.png', 'b.png'])

  await thumbnail(composer(page), 'b.png').click()
  await expect(caption).toHaveValue('The - error + 0 after login')
  await preview(page).getByRole('button', { name: 'Edit b.png', exact: true }).click()
  const editor = page.getByRole('dialog', { name: 'Edit b.png' })
  await editor.getByRole('radio', { name: 'Turn' }).check()
  await editor.getByRole('button', { name: 'Turn right' }).click()
  await editor.getByRole('button', { name: 'Done' }).click()
  await expect(editor).toHaveCount(0)
  await expect(caption).toHaveValue('The - error + 0 after login')
  await page.keyboard.press('Escape')
  await send(page)
  await expectAgentDone(page)

  const [message] = await getSent(page, sessionId(page))
  expect(message!.attachments.map(file => file.caption)).toEqual([null, 'The - error + 0 after login'])
  await expect(answers(page).last()).toContainText(/b\.png.* with the caption The - error \+ 0 after login/)
  await expect(sent(page).getByText('The - error + 0 after login', { exact: true }).filter({ visible: true })).toHaveCount(1)
  await expect(thumbnail(sent(page), 'b.png').locator('img')).toHaveAttribute('alt', 'The - error + 0 after login')
  await thumbnail(sent(page), 'b.png').click()
  await expect(preview(page).getByRole('img', { name: 'The - error + 0 after login' })).toBeVisible()
  await expect(preview(page).getByRole('textbox')).toHaveCount(0)
})
