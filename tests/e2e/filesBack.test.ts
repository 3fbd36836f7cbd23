import { readFile } from 'node:fs/promises'
import { expect, test } from './satchel.ts'
import { answers, attachments, composer, expectAgentDone, expectAttachments, openApp, preview, send, sent, textbox } from './app.ts'

const LONG = `a-report-with-a-very-long-name-${'that-goes-on-and-'.repeat(8)}until-2026.txt`

test('files that the agent made are looked at, kept, and given back with the next message without their bytes, over a reload', async ({ page }) => {
  await openApp(page)
  await textbox(page).fill(['/write notes/summary.txt the summary', '/write other/summary.txt another', `/write ${LONG} long`, ...Array.from({ length: 17 }, (_, i) => `/write part-${i + 1}.txt ${i}`)].join('\n'))
  await send(page)
  await expectAgentDone(page)
  const files = answers(page).getByRole('list', { name: 'Files from the agent' })
  const item = (name: string) => files.getByRole('listitem').filter({ has: page.getByRole('button', { name: `Preview ${name}` }) })

  await expect(answers(page).getByText('20 files · ')).toBeVisible()
  await answers(page).getByRole('button', { name: /^Show 15 more files$/ }).click()
  await expect(files.getByRole('listitem')).toHaveCount(20)
  await expect(files.getByRole('listitem').nth(5).getByRole('button').first()).toBeFocused()
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)

  const summary = item('summary.txt').filter({ hasText: 'notes/' })
  await summary.getByRole('button', { name: 'Preview summary.txt' }).click()
  await expect(preview(page).locator('pre')).toContainText('the summary')
  await page.keyboard.press('Escape')
  await expect(summary.getByRole('button', { name: 'Preview summary.txt' })).toBeFocused()
  const [download] = await Promise.all([page.waitForEvent('download'), summary.getByRole('link', { name: 'Download summary.txt' }).click()])
  expect([download.suggestedFilename(), await readFile(await download.path(), 'utf8')]).toEqual(['summary.txt', 'the summary\n'])

  await summary.getByRole('button', { name: 'Attach summary.txt to the next message' }).click()
  await item(LONG).getByRole('button', { name: `Attach ${LONG} to the next message` }).click()
  await expectAttachments(composer(page), ['summary.txt', LONG])
  await page.reload()
  await expectAttachments(composer(page), ['summary.txt', LONG])
  await composer(page).getByRole('button', { name: `Remove ${LONG}` }).click()
  await composer(page).getByRole('button', { name: 'Preview summary.txt' }).click()
  await expect(preview(page).locator('pre')).toContainText('the summary')
  await page.keyboard.press('Escape')

  const frames: number[] = []
  page.on('websocket', socket => socket.on('framesent', ({ payload }) => payload.includes('send_message') && frames.push(payload.length)))
  await page.reload()
  await textbox(page).fill('What does it say?')
  await send(page)
  await expectAttachments(sent(page).last(), ['summary.txt'])
  await expectAgentDone(page)
  await expect(answers(page)).toHaveCount(2)
  await expect(answers(page).last().getByRole('listitem')).toContainText('summary.txt')
  expect(frames.every(size => size < 1000)).toBe(true)
  await expect(attachments(composer(page))).toHaveCount(0)
})
