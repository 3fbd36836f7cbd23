import { legacyBytes } from '../helpers/legacyText.ts'
import { sha256 } from './disk.ts'
import { attachments, composer, expectAgentReceived, expectSaved, openApp, preview, send, thumbnail } from './app.ts'
import { attach } from './doors.ts'
import { expect, test } from './satchel.ts'

test('a text in an old encoding is read and said, and the person chooses another, which stays and is sent', async ({ page, disk }) => {
  const japanese = 'これは日本語のテキストです。'
  const files = [await disk.write('japanese.txt', legacyBytes(japanese, 'shift_jis')), await disk.write('menu.txt', legacyBytes('café', 'windows-1252'))]
  await openApp(page)
  await attach(page, ...files)
  await expectSaved(page, files)
  await expect(page.getByText('japanese.txt: Read as Shift_JIS.')).toBeVisible()
  await expect(page.getByText('menu.txt: Read as Windows-1252, is that right?')).toBeVisible()

  await thumbnail(composer(page), 'japanese.txt').click()
  await expect(preview(page).locator('pre')).toHaveText(japanese)
  await page.keyboard.press('ArrowRight')
  await expect(preview(page).locator('pre')).toHaveText('café')
  const encoding = preview(page).getByRole('combobox', { name: 'Encoding of menu.txt' })
  await encoding.focus()
  await encoding.selectOption('windows-1251')
  await expect(preview(page).locator('pre')).toHaveText('cafй')
  await expect(preview(page)).toContainText('Read as Windows-1251.')
  await expect(encoding).toBeFocused()

  await page.reload()
  await thumbnail(composer(page), 'menu.txt').click()
  await expect(encoding).toHaveValue('windows-1251')
  await expect(preview(page).locator('pre')).toHaveText('cafй')
  await page.keyboard.press('Escape')

  await send(page)
  await expectAgentReceived(page, [{ name: 'japanese.txt', sha256: sha256(japanese) }, { name: 'menu.txt', sha256: sha256('cafй') }])
  await expect(attachments(composer(page))).toHaveCount(0)
})
