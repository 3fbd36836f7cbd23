import { pngBytes } from '../helpers/images.ts'
import {
  alerts, attachments, composer, expectAgentReceived, expectAttachments, expectNothingInPreparation, expectSaved, openApp, send, sendButton, sent, sessions,
  sessionId, textbox, thumbnails,
} from './app.ts'
import { encryptedPdf } from '../helpers/pdfs.ts'
import type { Disk } from './disk.ts'
import { attach, dropFiles } from './doors.ts'
import { dump } from './kept.ts'
import { getSent } from './rest.ts'
import { expect, test } from './satchel.ts'

/** The promise itself, and not whatever the app has made of it. */
const FIVE_MB = 5_242_880

test('each file that cannot be taken is named with the reason, and costs the good ones beside it nothing', async ({ page, disk }) => {
  const [first, second] = [await disk.png('first.png'), await disk.text('second.txt')]
  const refusals: Record<string, RegExp> = {
    'empty.txt': /empty/,
    'huge.pdf': /limit.* 5 MB/,
    'archive.zip': /only images, PDFs and text files/,
    'page.png': /not an image/,
    'cut.png': /damaged/,
    'photo.heic': /is damaged/,
  }
  const bad = await badFiles(disk)
  await openApp(page)

  await dropFiles(page, [first, ...bad, second])

  await expectSaved(page, [first, second])
  await expect(alerts(page)).toHaveCount(bad.length)
  for (const [name, reason] of Object.entries(refusals))
    await expect(alerts(page).filter({ hasText: name })).toHaveText(reason)

  await send(page)
  await expectAttachments(sent(page), [first, second])
})

async function badFiles(disk: Disk) {
  const heic = Buffer.concat([Buffer.from([0, 0, 0, 0x18]), Buffer.from('ftypheic\0\0\0\0mif1heic'), Buffer.alloc(64)])
  return Promise.all([
    disk.write('empty.txt', ''),
    disk.write('huge.pdf', '%PDF-1.4'.padEnd(FIVE_MB + 1024)),
    disk.write('archive.zip', Buffer.from('504b030414000000000000000000', 'hex')),
    disk.write('page.png', '<!doctype html><script>alert(1)</script>'),
    disk.write('cut.png', pngBytes({ width: 60, height: 50 }).subarray(0, 4000)),
    disk.write('photo.heic', heic),
  ])
}

test('a refusal stays until it was read, and can be dismissed by keyboard', async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await disk.write('one.zip', Buffer.from('504b030400000000', 'hex')), await disk.write('two.txt', ''))
  await expect(alerts(page)).toHaveCount(2)
  await textbox(page).fill('typing goes on')

  await alerts(page).filter({ hasText: 'one.zip' }).getByRole('button', { name: 'Dismiss' }).press('Enter')

  await expect(alerts(page)).toHaveCount(1)
  await expect(alerts(page)).toContainText('two.txt')
})

test('what was said of a file that was not taken is there after a reload, until it was dismissed', async ({ page, disk }) => {
  await openApp(page)
  const address = page.url()
  await attach(page, await disk.write('locked.pdf', encryptedPdf('secret')))
  await expect(alerts(page)).toContainText('locked.pdf')
  const said = await alerts(page).innerText()

  await openApp(page, address)
  await expect(alerts(page)).toHaveText(said)
  await alerts(page).getByRole('button', { name: 'Dismiss' }).click()
  await expect.poll(async () => (await dump(page)).text).not.toContain('locked.pdf')

  await openApp(page, address)
  await attach(page, await disk.write('other.zip', Buffer.from('504b030400000000', 'hex')))
  await expect(alerts(page)).toHaveCount(1)
  await expect(alerts(page)).toContainText('other.zip')

  await expect(sessions(page).getByText('Draft', { exact: true })).toHaveCount(1)
  await textbox(page).fill('without it')
  await send(page)
  await expect(alerts(page)).toHaveCount(0)
  await expect(sent(page)).toHaveCount(1)
  await expect(sessions(page).getByText('Draft', { exact: true })).toHaveCount(0)
  await openApp(page, page.url())
  await expect(sent(page)).toHaveCount(1)
  await expect(alerts(page)).toHaveCount(0)
})

test('a file of exactly the limit is taken and arrives, one more byte is too much', async ({ page, disk }) => {
  const fits = await disk.write('fits.txt', 'x'.repeat(FIVE_MB))
  const exceeds = await disk.write('exceeds.txt', 'x'.repeat(FIVE_MB + 1))
  await openApp(page)

  await attach(page, fits, exceeds)

  await expectSaved(page, [fits])
  await expect(alerts(page)).toHaveText(/exceeds\.txt.*5 MB/)
  await send(page)
  await expectAgentReceived(page, [fits])
})

test('a message holds a hundred files, and says which one was too many', async ({ page, disk }) => {
  test.slow()
  const files = await Promise.all(Array.from({ length: 101 }, (_, i) => disk.png(`${i + 1}.png`, { width: 2, height: 2 })))
  const remark = composer(page).getByRole('status').filter({ hasText: 'attachments' })
  await openApp(page)
  await attach(page, ...files.slice(0, 19))
  await expectSaved(page, files.slice(0, 19))
  await expect(remark).toHaveCount(0)

  await attach(page, ...files.slice(19))

  await expectSaved(page, files.slice(0, 100))
  await expect(alerts(page)).toHaveText(/101\.png.*100/)
  await expect(remark).toHaveText(/100 attachments/)
  await send(page)
  await expectAttachments(sent(page), files.slice(0, 100))
  const [message] = await getSent(page, sessionId(page))
  expect(message?.attachments.map(({ sha256 }) => sha256)).toEqual(files.slice(0, 100).map(({ sha256 }) => sha256))
})

test('a message that is too large is not sent, and goes once what it names is removed', async ({ page, disk }) => {
  test.slow()
  const files = await Promise.all(Array.from({ length: 7 }, (_, i) => disk.write(`${i + 1}.txt`, `${i}`.repeat(FIVE_MB - 1000 * (i + 1)))))
  await openApp(page)
  await textbox(page).fill('All of them')
  await attach(page, ...files)
  await expectSaved(page, files)

  await sendButton(page).click({ force: true }) // it looks unavailable, and says why where it is pressed all the same

  await expect(alerts(page)).toHaveText(/30 MB.*Leave out/)
  await expect(textbox(page)).toBeEditable()
  await expect(textbox(page)).toHaveValue('All of them')
  await expectSaved(page, files)
  await expect(sent(page)).toHaveCount(0)

  const advice = await alerts(page).textContent()
  const tooMany = files.filter(({ name }) => advice?.includes(`${name} (`))
  expect(tooMany.length).toBeGreaterThan(0)
  for (const { name } of tooMany)
    await composer(page).getByRole('button', { name: `Remove ${name}`, exact: true }).click()
  const rest = files.filter(file => !tooMany.includes(file))
  await expectSaved(page, rest)
  await send(page)
  await expectAgentReceived(page, rest)
})

test('a text file is taken whatever it is called', async ({ page, disk }) => {
  const files = [await disk.write('index.ts', 'export const answer = 42\n'), await disk.write('Makefile', 'all:\n\techo done\n')]
  await openApp(page)

  await attach(page, ...files)

  await expectSaved(page, files)
  await expect(alerts(page)).toHaveCount(0)
  await expectNothingInPreparation(page)
  await expect(thumbnails(composer(page)).first()).toContainText('index.ts')
  await expect(attachments(composer(page)).locator('img')).toHaveCount(0)
})
