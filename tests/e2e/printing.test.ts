import { readPdf } from '../helpers/pdfText.ts'
import { answers, expectAgentDone, expectSaved, history, openApp, send, textbox } from './app.ts'
import { attach } from './doors.ts'
import { expect, test } from './satchel.ts'
import { seedSession } from './seeding.ts'

test('a print holds the whole conversation with its pictures, and nothing else', async ({ page, server, disk }) => {
  const session = await seedSession(server, 'Long', 45)
  await openApp(page, `/session/${session}`)
  await attach(page, await disk.png('shot.png'))
  await expectSaved(page, ['shot.png'])
  await textbox(page).fill(`${'line\n'.repeat(80)}the last line of what is folded`)
  await send(page)
  await expectAgentDone(page)
  await expect(answers(page).last()).toContainText('loopback agent')
  await page.emulateMedia({ colorScheme: 'dark' })

  const pages = await readPdf(await page.pdf({ format: 'A4' }))

  const text = pages.map(({ text }) => text).join(' ')
  for (const words of ['Message 1.', 'Message 2.', 'Message 44.', 'Message 45.', 'the last line of what is folded', 'loopback agent'])
    expect(text).toContain(words)
  for (const words of ['New session', 'Drafts', 'Write a message', 'Show all', 'Copy code', 'began earlier'])
    expect(text).not.toContain(words)
  expect(pages.filter(({ text }) => !text.trim())).toEqual([])
  expect(pages.reduce((count, { pictures }) => count + pictures, 0)).toBe(1)

  const wide = (await readPdf(await page.pdf({ format: 'A4', landscape: true }))).map(({ text }) => text).join(' ')
  expect(wide).toContain('Message 1.')
  expect(wide, 'the list of sessions, for which there is room').not.toMatch(/New session|Drafts/)
})

test('a print of a part says that there is more', async ({ page, server }) => {
  const session = await seedSession(server, 'Long', 400)
  await openApp(page, `/session/${session}`)
  await expect(page.getByText('Message 400.')).toBeInViewport()

  const text = (await readPdf(await page.pdf({ format: 'A4' }))).map(({ text }) => text).join(' ')

  expect(text).toMatch(/The conversation began earlier: about \d+ more messages are not in this print\./)
  expect(text).toContain('Message 400.')
})

test('the keys that print load the rest of the conversation first, and can be called off', async ({ page, server }) => {
  const session = await seedSession(server, 'Long', 400)
  await page.addInitScript(() => {
    window.print = () => { document.documentElement.dataset.printed = String(document.querySelectorAll('article').length) }
  })
  await openApp(page, `/session/${session}`)
  await expect(page.getByText('Message 400.')).toBeInViewport()
  const known = history(page).locator('[data-key]') // those that are too far away to be drawn are there with their words
  await expect(known).toHaveCount(50)
  let release = () => {}
  const held = new Promise<void>((resolve) => { release = resolve })
  await page.route(/\/messages\?.*before=/, async (route) => {
    await held
    await route.continue()
  })

  await page.keyboard.press('ControlOrMeta+P')
  await expect(page.getByRole('status').filter({ hasText: `Loading the whole conversation to print it: 50 messages` })).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).click()
  release()
  await expect(known).not.toHaveCount(50)
  await expect(page.locator('html')).not.toHaveAttribute('data-printed')

  await page.keyboard.press('ControlOrMeta+P')
  await expect(page.locator('html')).toHaveAttribute('data-printed', '400')
  const text = (await readPdf(await page.pdf({ format: 'A4' }))).map(({ text }) => text).join(' ')
  expect(text).toContain('Message 1.')
  expect(text).not.toMatch(/began earlier|Loading the whole/)
})
