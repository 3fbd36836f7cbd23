import type { Page } from '@playwright/test'
import { composer, connection, expectSaved, openApp, placeAtRest, preview, send, sendButton, sent, sessions, textbox, thumbnail, undo } from './app.ts'
import { attach } from './doors.ts'
import { expect, test } from './satchel.ts'

// What has the focus goes away, or is busy, and who works by keyboard goes on all the same.

const press = async (page: Page, name: string) => {
  await page.getByRole('button', { name, exact: true }).focus()
  await page.keyboard.press('Enter')
}

test('after Send one goes on writing', async ({ page, disk }) => {
  await openApp(page)
  await textbox(page).fill('one')
  await attach(page, await disk.png('shot.png'))
  await expectSaved(page, ['shot.png'])

  await press(page, 'Send')

  await expect(sent(page)).toContainText('one')
  await expect(sendButton(page)).toBeDisabled()
  await expect(textbox(page)).toBeFocused()
})

test('after Stop one goes on writing', async ({ page }) => {
  await openApp(page)
  await textbox(page).fill('word '.repeat(1500))
  await send(page)
  const stop = composer(page).getByRole('button', { name: 'Stop' })
  await stop.focus()

  await page.keyboard.press('Enter')

  await expect(stop).toHaveCount(0)
  await expect(textbox(page)).toBeFocused()
})

test('who has left a button for something to read is not taken away from it when the button goes', async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await disk.write('a.zip', 'PK\x03\x04\0\0'))
  await page.getByRole('button', { name: 'Attach files' }).focus()
  await page.getByRole('alert').getByText('a.zip').first().click()
  await page.evaluate(() => document.querySelector('[aria-label="Attach files"]')!.remove())

  await expect(page.locator('body')).toBeFocused()
})

test('the tooltip that comes with the focus from a preview is in nobody\'s way', async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await disk.png('shot.png'))
  await expectSaved(page, ['shot.png'])
  await thumbnail(composer(page), 'shot.png').click()
  const tip = page.locator('.tip-words')
  await placeAtRest(preview(page).getByRole('button', { name: 'Close' }))
  await page.mouse.move(0, 0) // what comes with the mouse is another tip
  await expect(tip).toBeHidden()
  await page.keyboard.press('Escape')
  await expect(thumbnail(composer(page), 'shot.png')).toBeFocused()

  const box = await placeAtRest(tip)
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)

  await expect(thumbnail(composer(page), 'shot.png')).not.toBeFocused()
  await expect(tip).toBeHidden()
})

test('the pointer on a file says what it is, as long as it rests there or until Escape', async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await disk.png('shot.png'), await disk.png('other.png'))
  await expectSaved(page, ['shot.png', 'other.png'])
  const tip = page.locator('.tip-words')

  await thumbnail(composer(page), 'shot.png').hover()
  await expect(tip).toContainText('shot.png')
  await expect(tip).toContainText('Saved on this device')
  await page.keyboard.press('Escape')
  await expect(tip).toBeHidden()

  await thumbnail(composer(page), 'other.png').hover()
  await expect(tip).toContainText('other.png')
  await textbox(page).hover()
  await expect(tip).toBeHidden()
})

test('after Undo the focus is where it was', async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await disk.png('shot.png'))
  await expectSaved(page, ['shot.png'])
  await composer(page).getByRole('button', { name: 'Remove shot.png' }).focus()
  await page.keyboard.press('Enter')
  await expect(textbox(page)).toBeFocused()

  await undo(page).focus()
  await page.keyboard.press('Enter')

  await expectSaved(page, ['shot.png'])
  await expect(textbox(page)).toBeFocused()
})

test('an export does not take the focus from its button', async ({ page }) => {
  await openApp(page)
  await textbox(page).fill('to be exported')
  await page.getByRole('link', { name: /^Drafts/ }).click()
  await expect(page.getByRole('list', { name: 'Drafts' }).locator('> li')).toHaveCount(1)

  for (const time of ['first', 'second']) {
    const downloading = page.waitForEvent('download')
    if (time === 'first')
      await page.getByRole('button', { name: 'Export all' }).focus()
    await page.keyboard.press('Enter')
    await downloading
  }
})

test('who tried again by keyboard goes on writing when the connection is back', async ({ page, server }) => {
  await openApp(page)
  await page.waitForLoadState('networkidle')
  await server.kill()
  const again = page.getByRole('button', { name: 'Try now' })
  await expect(again).toBeEnabled()
  await again.focus()
  await server.restart()

  await expect(connection(page)).toHaveText('Connected')
  await expect(textbox(page)).toBeFocused()
})

test('a title that is too long to be shown can be read all the same', async ({ page }) => {
  await openApp(page)
  await textbox(page).fill('hello')
  await send(page)
  const title = 'A title that is longer than the room for it, in the list and above the messages as well. '.repeat(2).trim()
  await page.getByRole('button', { name: 'Rename session' }).click()
  await page.getByRole('textbox', { name: 'Session title' }).fill(title)
  await page.keyboard.press('Enter')

  await expect(sessions(page).getByTitle(title)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Rename session' })).toHaveAttribute('title', `Rename “${title}”`)
})

test('whatever was opened over a half-written message and closed again: one goes on writing where one was', async ({ page }) => {
  await openApp(page)
  await textbox(page).fill('sent')
  await send(page)
  let written = 'begin end'
  await textbox(page).fill(written)
  await textbox(page).press('Home')
  await page.keyboard.press('Control+ArrowRight')
  const byCommand = (name: string) => async () => {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search for' }).fill(`> ${name}`)
    await expect(page.getByRole('option')).toHaveCount(1)
    await page.keyboard.press('Enter')
  }
  const escape = () => page.keyboard.press('Escape')
  const search = () => page.keyboard.press('Control+k')
  const overlays = [
    { open: search, name: 'Search', close: escape },
    { open: search, name: 'Search', close: () => press(page, 'Close search') },
    { open: byCommand('keyboard shortcuts'), name: 'Keyboard shortcuts', close: escape },
    { open: byCommand('rename this'), name: 'Rename sent', close: escape },
    { open: byCommand('delete this'), name: 'Delete sent?', close: escape },
    { open: byCommand('links'), name: 'Links to sent', close: escape },
  ]

  for (const [i, { open, name, close }] of overlays.entries()) {
    await open()
    const dialog = page.getByRole('dialog', { name })
    await expect(dialog).toBeVisible()
    await close()
    await expect(dialog).toHaveCount(0)
    await expect(textbox(page)).toBeFocused()
    await page.keyboard.type(`${i}`)
    written = written.replace(' end', `${i} end`)
    await expect(textbox(page)).toHaveValue(written)
  }
})
