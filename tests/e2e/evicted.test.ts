import type { Page } from '@playwright/test'
import { alerts, composer, expectAccepted, expectAgentReceived, expectAttachments, expectSaved, openApp, send, sendButton, sent, sessionId, textbox } from './app.ts'
import { attach } from './doors.ts'
import { readDrafts, savedText } from './draftDatabase.ts'
import { expect, test } from './satchel.ts'

/** What a browser does that runs out of room, and a person who clears its data. */
async function evict(page: Page) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Storage.clearDataForOrigin', { origin: new URL(page.url()).origin, storageTypes: 'indexeddb' })
  await cdp.detach()
}

const state = (page: Page) => composer(page).getByRole('note', { name: 'Draft' })

test('what the browser removes while its draft is open is saved again, told, and sent whole', async ({ page, disk }) => {
  const files = [await disk.png('shot.png'), await disk.text()]
  await openApp(page)
  await textbox(page).fill('look at this')
  await attach(page, ...files)
  await expectSaved(page, files)
  await expect.poll(() => savedText(page, sessionId(page))).toBe('look at this')

  await evict(page)

  await expect(alerts(page).filter({ hasText: 'shot.png' })).toContainText('are saved again')
  await expectSaved(page, files)
  await expect(state(page)).toHaveText('Saved on this device')
  const drafts = await readDrafts(page)
  expect(drafts.messages[sessionId(page)]).toMatchObject({ message: 'look at this', mediaIds: [expect.any(String), expect.any(String)] })
  expect(drafts.medias.map(({ name }) => name).sort()).toEqual(['notes.txt', 'shot.png'])
  await send(page)
  await expectAgentReceived(page, files)
})

test('what is gone for good stays in sight, is not called saved, and is not left out without being asked', async ({ page, disk }) => {
  const file = await disk.png('shot.png')
  await openApp(page)
  await textbox(page).fill('what is wrong here?')
  await attach(page, file)
  await expectSaved(page, [file])
  await expect.poll(() => savedText(page, sessionId(page))).toBe('what is wrong here?')
  await page.reload() // of the file this tab has no more than its picture
  await expectSaved(page, [file])

  await evict(page)

  await expect(alerts(page).filter({ hasText: 'shot.png' })).toContainText('The browser has removed shot.png from this device.')
  await expect(state(page)).toHaveText('Not all of it is here')
  await expectAttachments(composer(page), [file])
  await expect(textbox(page)).toHaveValue('what is wrong here?')
  await expect(sendButton(page)).toBeDisabled()
  await textbox(page).press('Enter')
  await expect.poll(() => savedText(page, sessionId(page))).toBe('what is wrong here?')
  await expect(sent(page)).toHaveCount(0)

  await attach(page, file)
  await expectSaved(page, [file])
  await expect(state(page)).toHaveText('Saved on this device')
  await expect(alerts(page)).toHaveCount(0)
  await sendButton(page).click()
  await expectAccepted(page)
  await expectAgentReceived(page, [file])
})
