import type { Page } from '@playwright/test'
import { composer, expectAgentDone, expectSaved, openApp, preview, send, sent, sessionId, sessions, textbox, thumbnail } from './app.ts'
import { attach } from './doors.ts'
import { getSent } from './rest.ts'
import { expect, test } from './satchel.ts'

const tabTo = async (page: Page, name: string) => {
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim())
  for (let i = 0; i < 40 && await focused() !== name; i++)
    await page.keyboard.press('Tab')
  expect(await focused()).toBe(name)
}

test('the menu of a session is opened by Tab, by Shift+F10 and by the key for menus, gone through with arrows, and gives the focus back', async ({ page }) => {
  await openApp(page)
  for (const text of ['the first', 'the second']) {
    await textbox(page).fill(text)
    await send(page)
    await expectAgentDone(page)
    if (text === 'the first')
      await page.keyboard.press('Control+Shift+O')
  }
  const link = sessions(page).getByRole('link', { name: 'the second' })
  const menu = page.getByRole('menu', { name: 'More about the second' })
  const item = (name: string) => menu.getByRole('menuitem', { name, exact: true })

  await tabTo(page, 'the second')
  await page.keyboard.press('Tab')
  await expect(sessions(page).getByRole('button', { name: 'More about the second' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(item('Rename')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(sessions(page).getByRole('button', { name: 'More about the second' })).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(sessions(page).getByRole('link').and(page.locator(':focus')), 'Tab leaves the list').toHaveCount(0)

  for (const key of ['Shift+F10', 'ContextMenu']) {
    await link.focus()
    await page.keyboard.press(key)
    await expect(item('Rename')).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(menu).toHaveCount(0)
    await expect(link).toBeFocused()
  }

  await page.keyboard.press('Shift+F10')
  await expect(item('Rename')).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(item('Delete')).toBeFocused()
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowDown')
  await expect(item('Pin')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(sessions(page).getByRole('heading', { name: 'Pinned' })).toBeVisible()

  await page.keyboard.press('ArrowDown')
  await expect(sessions(page).getByRole('link', { name: 'the first' })).toBeFocused()
  await page.keyboard.press('Shift+F10')
  await expect(page.getByRole('menu', { name: 'More about the first' }).getByRole('menuitem', { name: 'Rename' })).toBeFocused()
  await page.keyboard.press('Enter')
  await page.getByRole('textbox', { name: 'Title' }).press('ControlOrMeta+A')
  await page.keyboard.type('another name')
  await page.keyboard.press('Enter')
  await expect(sessions(page).getByRole('link', { name: 'another name' })).toBeVisible()
})

test('a picture is turned and given a caption without a mouse', async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await disk.screenshot('wide.png'))
  await expectSaved(page, ['wide.png'])
  await thumbnail(composer(page), 'wide.png').focus()
  await page.keyboard.press('Enter')
  await expect(preview(page)).toBeVisible()
  await tabTo(page, 'Edit wide.png')
  await page.keyboard.press('Enter')
  const editor = page.getByRole('dialog', { name: 'Edit wide.png' })
  await expect(editor.locator('canvas')).not.toHaveJSProperty('width', 1)
  const sizeOf = () => editor.locator('canvas').evaluate((canvas: HTMLCanvasElement) => [canvas.width, canvas.height])
  const [width, height] = await sizeOf()
  await editor.getByRole('radio', { name: 'Turn' }).focus()
  await page.keyboard.press('Space')
  await tabTo(page, 'Turn right')
  await page.keyboard.press('Enter')
  await expect.poll(sizeOf).toEqual([height, width])
  await tabTo(page, 'Done')
  await page.keyboard.press('Enter')
  await expect(editor).toHaveCount(0)

  await tabTo(page, 'Caption of wide.png')
  await page.keyboard.type('On its side')
  await expect(thumbnail(composer(page), 'wide.png')).toHaveAccessibleDescription(/On its side/)
  await page.keyboard.press('Escape')
  await expect(preview(page)).toHaveCount(0)
  await expect(thumbnail(composer(page), 'wide.png')).toBeFocused()
  await send(page)
  await expect(thumbnail(sent(page), 'wide.png').locator('img')).toHaveAttribute('alt', 'On its side')
  const [message] = await getSent(page, sessionId(page))
  const { width: across = 0, height: down = 0 } = message?.attachments[0] ?? {}
  expect([across, down].map(Boolean)).toEqual([true, true])
  expect(across! / down!).toBeCloseTo(height! / width!, 1)
})
