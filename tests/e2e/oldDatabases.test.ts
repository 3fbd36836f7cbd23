import { randomUUID } from 'node:crypto'
import { pdfBytes, pngBytes } from '../helpers/images.ts'
import {
  alerts, composer, expectAccepted, expectAgentReceived, expectSaved, openApp, preview, send, sendButton, sent, sessions, textbox, thumbnail,
} from './app.ts'
import { sha256 } from './disk.ts'
import { makeDatabase, readDrafts, savedText } from './draftDatabase.ts'
import { expectShown } from './pictures.ts'
import { expect, test } from './satchel.ts'

// Made by hand as the old versions made them, and not with today's code.

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

test('drafts of the first version are there in the newest one', async ({ page }) => {
  const [one, two] = [randomUUID(), randomUUID()]
  await page.goto('/healthz')
  await makeDatabase(page, 1, [{
    name: 'draftMessages',
    entries: [[one, { message: 'from long ago', title: 'An old title' }], [two, { message: 'and another' }]],
  }])

  await openApp(page, `/session/${one}`)

  await expect(textbox(page)).toHaveValue('from long ago')
  await expect(page.getByRole('heading', { name: 'An old title' })).toBeVisible()
  await expect(sessions(page).getByRole('link')).toHaveText([/Draft/, /Draft/])
  await sessions(page).getByRole('link').filter({ hasNotText: 'An old title' }).click()
  await expect(textbox(page)).toHaveValue('and another')
})

test('files of a draft of the third version are shown in their order, and sent byte for byte', async ({ page }) => {
  const session = randomUUID()
  const picture = pngBytes({ width: 320, height: 200, seed: 7 })
  const small = pngBytes({ width: 5, height: 4, seed: 8 })
  const text = 'Grüße\nfrom version three'
  // Ids against the order in which they were attached: an index by id would shuffle them.
  const medias = [
    { id: 'dddddddd-0000-4000-8000-000000000001', name: 'big.png', type: 'image', mimeType: 'image/png', base64: base64(picture) },
    { id: 'cccccccc-0000-4000-8000-000000000002', name: 'notes.txt', type: 'txt', mimeType: 'text/plain', base64: text },
    { id: 'bbbbbbbb-0000-4000-8000-000000000003', name: 'report.pdf', type: 'pdf', mimeType: 'application/pdf', base64: base64(pdfBytes()) },
    { id: 'aaaaaaaa-0000-4000-8000-000000000004', name: 'small.png', type: 'image', mimeType: 'image/png', base64: base64(small) },
  ].map(media => ({ ...media, sessionId: session, createdAt: 1_700_000_000_000 }))
  await page.goto('/healthz')
  await makeDatabase(page, 3, [
    { name: 'draftMessages', entries: [[session, { message: 'with files', mediaIds: medias.map(({ id }) => id) }]] },
    { name: 'draftSessions', entries: [[session, { projectId: 'default', title: 'Third' }]] },
    { name: 'draftMedias', keyPath: 'id', index: 'sessionId', entries: medias.map(media => [media.id, media]) },
  ])

  await openApp(page, `/session/${session}`)

  await expect(page.getByRole('heading', { name: 'Third' })).toBeVisible()
  await expect(textbox(page)).toHaveValue('with files')
  await expectSaved(page, medias)
  await expectShown(thumbnail(composer(page), 'big.png').locator('img'))
  await expect.poll(async () => (await readDrafts(page)).thumbnails).toHaveLength(4)
  await thumbnail(composer(page), 'big.png').click()
  await expectShown(preview(page).getByRole('img', { name: 'big.png' }), { width: 320, height: 200 })
  await page.keyboard.press('Escape')

  await send(page)
  const sums = [picture, text, pdfBytes(), small].map(sha256)
  await expectAgentReceived(page, medias.map(({ name }, i) => ({ name, sha256: sums[i]! })))
})

test('a tab that still has the old version open is named as what is in the way, and nothing typed meanwhile is lost', async ({ page, context }) => {
  const session = randomUUID()
  const old = await context.newPage()
  await old.goto('/healthz')
  await makeDatabase(old, 1, [{ name: 'draftMessages', entries: [[session, { message: 'before' }]] }])
  await old.evaluate(() => new Promise<void>((resolve, reject) => {
    const opening = indexedDB.open('satchel', 1) // and it does not care that somebody wants to upgrade
    opening.onsuccess = () => resolve()
    opening.onerror = () => reject(opening.error)
  }))

  await page.goto(`/session/${session}`)
  await expect(alerts(page)).toContainText(/[Cc]lose/)
  await textbox(page).fill('after')
  await old.close()

  await expect(alerts(page)).toHaveCount(0)
  await expect(textbox(page)).toHaveValue('before\nafter')
  await expect.poll(() => savedText(page, session)).toBe('before\nafter')
  await page.reload()
  await expect(textbox(page)).toHaveValue('before\nafter')
})

test('a database of a newer version is left as it is, and the person is told', async ({ page }) => {
  const session = randomUUID()
  await page.goto('/healthz')
  await makeDatabase(page, 99, [{ name: 'draftMessages', entries: [[session, { message: 'from the future' }]] }])

  await page.goto(`/session/${session}`)

  await expect(alerts(page).filter({ hasText: 'newer version' })).toBeVisible()
  await textbox(page).fill('still usable')
  await sendButton(page).click()
  await expectAccepted(page)
  await expect(sent(page)).toContainText('still usable')
})
