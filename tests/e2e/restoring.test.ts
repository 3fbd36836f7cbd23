import {
  alerts, answers, composer, expectAgentReceived, expectAttachments, expectSaved, openApp, preview, send, sent, sessionId, textbox, thumbnail,
} from './app.ts'
import { attach, dropFiles } from './doors.ts'
import { savedText } from './draftDatabase.ts'
import { expectShown } from './pictures.ts'
import { expect, test } from './satchel.ts'

test('a killed browser costs neither text nor files: they are back in order, byte for byte', async ({ server, disk, openProfile }) => {
  const files = [await disk.text('notes.txt'), await disk.screenshot('zebra.png'), await disk.pdf('report.pdf'), await disk.png('apple.png')]
  const text = 'Not sent yet – and not lost either.\nSecond line.'

  const before = await openProfile()
  await openApp(before.page, server.url)
  await textbox(before.page).pressSequentially('Not sent yet')
  await attach(before.page, files[0]!, files[1]!)
  await dropFiles(before.page, [files[2]!, files[3]!])
  await expectSaved(before.page, files)
  await textbox(before.page).fill(text)
  await expect.poll(() => savedText(before.page, sessionId(before.page))).toBe(text)
  const address = before.page.url()
  await before.kill()

  const after = await openProfile()
  await openApp(after.page, address)
  await expect(textbox(after.page)).toHaveValue(text)
  await expectSaved(after.page, files)
  await expectShown(thumbnail(composer(after.page), 'zebra.png').locator('img'))

  await thumbnail(composer(after.page), 'zebra.png').click()
  await expectShown(preview(after.page).getByRole('img', { name: 'zebra.png' }), { width: 880, height: 800 })
  await after.page.keyboard.press('Escape')

  await send(after.page)
  await expectAttachments(sent(after.page), files)
  await expectAgentReceived(after.page, files)
  await expect(answers(after.page)).toContainText('Second line.')
  await after.kill()
})

test('a file that was on its way to the device when the browser was killed harms nothing that was there', async ({ server, disk, openProfile }) => {
  const [kept, cutOff] = [await disk.png('kept.png'), await disk.screenshot('cut-off.png')]
  const before = await openProfile()
  await openApp(before.page, server.url)
  await attach(before.page, kept)
  await expectSaved(before.page, [kept])
  const address = before.page.url()
  await attach(before.page, cutOff)
  await before.kill()

  const after = await openProfile()
  await openApp(after.page, address)
  await expect(thumbnail(composer(after.page), 'kept.png')).toBeEnabled()
  await send(after.page)
  await expect(sent(after.page)).toHaveCount(1)
  await after.kill()
})

test('files are there again before the part of the app has started that prepares them', async ({ server, disk, openProfile }) => {
  const files = [await disk.png('kept.png'), await disk.text('notes.txt')]
  const { page, kill } = await openProfile()
  await openApp(page, server.url)
  await attach(page, ...files)
  await expectSaved(page, files)

  let letGo = () => {}
  const held = new Promise<void>((resolve) => { letGo = resolve })
  await page.route('**/media.worker*', async (route) => {
    await held
    await route.continue()
  })
  await page.reload({ waitUntil: 'commit' }) // Firefox calls a page loaded when its worker is
  await expectSaved(page, files)
  await expectShown(thumbnail(composer(page), 'kept.png').locator('img'))

  letGo()
  await send(page)
  await expectAgentReceived(page, files)
  await kill()
})

test('what was typed a moment before the browser is killed is there again: no pause is waited for', async ({ server, openProfile }) => {
  const before = await openProfile()
  await openApp(before.page, server.url)
  const address = before.page.url()
  await before.page.clock.install()
  await before.page.clock.pauseAt(Date.now() + 60_000)
  for (const text of ['One word', ' and the next']) {
    await before.page.clock.runFor(1000) // a rest before, and none after
    await textbox(before.page).pressSequentially(text)
    await before.page.clock.runFor(100)
    await expect.poll(() => savedText(before.page, sessionId(before.page))).toMatch(new RegExp(`${text}$`))
  }
  await before.kill()

  const after = await openProfile()
  await openApp(after.page, address)
  await expect(textbox(after.page)).toHaveValue('One word and the next')
  await after.kill()
})

test('a file that only the agent’s folder takes is chosen again for that after a reload', async ({ page, disk }) => {
  const archive = await disk.write('tools.zip', 'PK\x03\x04\0\0')
  await openApp(page)
  await attach(page, archive)
  await expect(alerts(page).getByRole('button', { name: 'Put tools.zip into the agent\'s folder' })).toBeVisible()

  await page.reload()
  const choosing = page.waitForEvent('filechooser')
  await alerts(page).getByRole('button', { name: 'Choose tools.zip again, for the agent\'s folder' }).click()
  await (await choosing).setFiles(archive.path)

  await expectSaved(page, ['tools.zip'])
  await expect(alerts(page).filter({ hasText: 'tools.zip cannot' })).toHaveCount(0)
  await send(page)
  await expectAgentReceived(page, [archive])
})
