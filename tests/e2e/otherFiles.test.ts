import { readFile } from 'node:fs/promises'
import { zipBytes } from '../helpers/archives.ts'
import { docxBytes, paragraph, textRow, xlsxBytes } from '../helpers/officeFiles.ts'
import { alerts, answers, attachments, composer, expectAttachments, expectSaved, history, openApp, preview, send, sent, sessionId, textbox, thumbnail, undo } from './app.ts'
import { sha256 } from './disk.ts'
import { attach, dropFiles } from './doors.ts'
import { getMessages, servedHashes } from './rest.ts'
import { expect, test } from './satchel.ts'

test('a file that Claude cannot see is refused, put into its folder by one click, survives a reload and comes back from the history', async ({ page, disk }) => {
  const tools = await disk.write('tools.zip', zipBytes([{ name: 'run.sh', content: 'echo hi' }]))
  const broken = await disk.write('broken.png', Buffer.from('89504e470d0a1a0a0000', 'hex'))
  const shot = await disk.png('shot.png')
  await openApp(page)
  await attach(page, shot, tools, broken)

  await expect(alerts(page).filter({ hasText: 'broken.png' })).toContainText('damaged')
  await expect(alerts(page).filter({ hasText: 'broken.png' }).getByRole('button')).toHaveCount(1)
  await page.setViewportSize({ width: 360, height: 760 })
  const long = await disk.write(`${'long-'.repeat(30)}name.bin`, Buffer.from([0, 1, 2]))
  await attach(page, long)
  const ways = alerts(page).filter({ hasText: long.name }).getByRole('button')
  await expect(ways).toHaveCount(2)
  for (const way of await ways.all())
    expect((await way.boundingBox())!.x + (await way.boundingBox())!.width).toBeLessThanOrEqual(360)
  await alerts(page).filter({ hasText: long.name }).getByRole('button', { name: 'Dismiss' }).click()
  await page.setViewportSize({ width: 1280, height: 720 })

  await alerts(page).filter({ hasText: 'tools.zip' }).getByRole('button', { name: 'Put tools.zip into the agent\'s folder' }).click()
  await expectSaved(page, ['shot.png', 'tools.zip'])
  await expect(alerts(page)).toHaveCount(1)
  await expect(page.getByText('tools.zip: Claude cannot see into this; it lies in its folder.')).toBeVisible()

  await page.reload()
  await expectSaved(page, ['shot.png', 'tools.zip'])
  await attachments(composer(page)).getByRole('button', { name: 'Remove tools.zip' }).click()
  await undo(page).click()
  await expectSaved(page, ['shot.png', 'tools.zip'])
  await thumbnail(composer(page), 'tools.zip').click()
  await expect(preview(page)).toContainText('This file cannot be shown here. Claude cannot see into this; it lies in its folder.')
  await page.keyboard.press('Escape')

  await textbox(page).fill('Here are the tools')
  await send(page)
  await expectAttachments(sent(page), ['shot.png', 'tools.zip'])
  await expect(answers(page).getByRole('listitem').filter({ hasText: 'tools.zip' })).toContainText(`SHA-256 ${tools.sha256}`)
  await page.reload()
  expect(await servedHashes(page)).toEqual([shot.sha256, tools.sha256])
  await thumbnail(history(page), 'tools.zip').click()
  const download = page.waitForEvent('download')
  await preview(page).getByRole('link', { name: 'Download it' }).click()
  expect(sha256(await readFile(await (await download).path()))).toBe(tools.sha256)
})

test('Office documents are read as text, which Claude gets, and go along into its folder themselves', async ({ page, disk, context }) => {
  const report = await disk.write('report.docx', docxBytes(paragraph('Sales went up', 'berschrift1')))
  const budget = await disk.write('budget.xlsx', xlsxBytes(['One', 'Two', 'Three'].map(name => ({ name, rows: textRow('Item', 'Sum') + textRow(name, '12') }))))
  const readers = page.waitForResponse(/\/docx-[^/]+\.js$/)
  await openApp(page)
  await (await readers).finished() // by itself, before it is needed
  await context.setOffline(true)

  await dropFiles(page, [report, budget])

  await expectSaved(page, ['report.docx', 'budget.xlsx'])
  await expect(page.getByText('budget.xlsx is read as text: 3 sheets. The file itself goes into the agent\'s folder.')).toBeVisible()
  await thumbnail(composer(page), 'budget.xlsx').click()
  await expect(preview(page).locator('pre')).toContainText('## Two\n\n| Item | Sum |\n| --- | --- |\n| Two | 12 |')
  await expect(preview(page)).toContainText('Read as text: 3 sheets.')
  await page.keyboard.press('Escape')

  await context.setOffline(false)
  await send(page)
  await expectAttachments(sent(page), ['report.docx.md', 'report.docx', 'budget.xlsx.md', 'budget.xlsx'])
  const listed = answers(page).getByRole('listitem')
  await expect(listed.filter({ hasText: 'report.docx.md, text/plain' })).toContainText(`SHA-256 ${sha256('# Sales went up')}`)
  for (const { name, sha256 } of [report, budget])
    await expect(listed.filter({ hasText: `${name}, application/vnd.openxmlformats` })).toContainText(`SHA-256 ${sha256}`)
  expect((await getMessages(page, sessionId(page)))[0]!.attachments.map(({ mimeType }) => mimeType.split('.').at(-1))).toEqual(['text/plain', 'document', 'text/plain', 'sheet'])
})
