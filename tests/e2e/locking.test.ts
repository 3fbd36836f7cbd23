import { attachments, composer, expectAgentReceived, expectAttachments, expectSaved, openApp, send, sent, textbox } from './app.ts'
import { attach } from './doors.ts'
import { dump, profileText } from './kept.ts'
import { expectOpenToAll } from './openToAll.ts'
import { expect, test } from './satchel.ts'

const PASSPHRASE = 'correct horse battery'
const SECRET = 'Plaintext-7319'

test('drafts that are locked with a passphrase can be read by nobody else, in no tab, and come back whole', async ({ disk, server, openProfile }) => {
  const { page } = await openProfile()
  await openApp(page, server.url)
  const address = page.url()
  await textbox(page).fill(`${SECRET} before`)
  const file = await disk.write(`${SECRET}.txt`, `${SECRET} in a file`)
  await attach(page, file)
  await expectSaved(page, [file])
  await expect.poll(async () => (await dump(page)).text).toContain(`${SECRET} before`)
  expect((await profileText(disk.folder)).includes(`${SECRET} in a file`)).toBe(true) // so one can read there

  await page.getByRole('link', { name: 'Settings' }).click()
  const settings = page.getByRole('region', { name: 'Lock the drafts on this device' })
  await settings.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await settings.getByLabel('The same passphrase again').fill('something else')
  await settings.getByRole('button', { name: 'Lock my drafts' }).click()
  await expect(settings.getByRole('alert')).toHaveText('These are two different passphrases. Type the same one twice.')
  await settings.getByLabel('The same passphrase again').fill(PASSPHRASE)
  await settings.getByRole('button', { name: 'Lock my drafts' }).click()
  await expect(settings.getByRole('button', { name: 'Lock now' })).toBeEnabled() // when all is encrypted
  const { text, count } = await dump(page)
  expect(count).toBeGreaterThan(3)
  expect(text.includes(SECRET)).toBe(false)

  // Another tab is given the key by this one, and what is written there is never on the disk.
  const other = await page.context().newPage()
  await other.goto(address)
  await expect(textbox(other)).toHaveValue(`${SECRET} before`)
  await expect(other).toHaveTitle('Draft – Satchel') // a browser writes it into its history
  await expectAttachments(composer(other), [file])
  await textbox(other).fill(`${SECRET} after`)
  const later = await disk.write(`${SECRET}-later.txt`, `${SECRET} later`)
  await attach(other, later)
  await expectSaved(other, [file, later])
  await other.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide'))) // the last words, too
  expect((await dump(other)).text.includes(SECRET)).toBe(false)
  const onDisk = await profileText(disk.folder)
  for (const word of ['after', 'later', '-later'])
    expect(onDisk.includes(`${SECRET}${word.startsWith('-') ? '' : ' '}${word}`), `the disk holds "${word}"`).toBe(false)

  await settings.getByRole('button', { name: 'Lock now' }).click()
  for (const tab of [page, other]) {
    await expect(tab.getByRole('heading', { name: 'Satchel is locked' })).toBeVisible()
    await expect(tab.getByText(SECRET)).toHaveCount(0)
  }
  expect((await dump(page)).text.includes(SECRET)).toBe(false)
  await expectOpenToAll(page)
  await page.getByLabel('Passphrase', { exact: true }).fill('incorrect horse')
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(page.getByRole('alert')).toHaveText('That is not the passphrase. Nothing is lost: try again.')
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await page.getByRole('button', { name: 'Unlock' }).click()

  await expect(settings.getByRole('button', { name: 'Lock now' })).toBeVisible()
  await expect(textbox(other)).toHaveValue(`${SECRET} after`)
  await expectAttachments(composer(other), [file, later])
  await send(other)
  await expectAgentReceived(other, [file, later])
  await expect(sent(other)).toContainText(`${SECRET} after`)
  await expect(other).toHaveTitle(`${SECRET} after – Satchel`)

  // Without the lock everything lies there as it was.
  await textbox(other).fill(`${SECRET} open`)
  await settings.getByRole('button', { name: 'Turn the lock off' }).click()
  await settings.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await settings.getByRole('button', { name: 'Turn it off' }).click()
  await expect(settings.getByRole('button', { name: 'Lock my drafts' })).toBeVisible()
  await expect.poll(async () => (await dump(page)).text).toContain(`${SECRET} open`)
})

test('a file that only the tab holds is neither readable nor lost when the drafts are locked @chromium', async ({ page, disk, server }) => {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Storage.overrideQuotaForOrigin', { origin: server.url, quotaSize: 1_000_000 }) // the text, and not the file
  await openApp(page)
  const address = page.url()
  await textbox(page).fill(`${SECRET} text`)
  await page.getByRole('link', { name: 'Settings' }).click()
  const settings = page.getByRole('region', { name: 'Lock the drafts on this device' })
  await settings.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await settings.getByLabel('The same passphrase again').fill(PASSPHRASE)
  await settings.getByLabel('The same passphrase again').press('Enter')
  await expect(settings.getByRole('button', { name: 'Lock now' })).toBeEnabled()
  await page.goBack()
  await expect(textbox(page)).toHaveValue(`${SECRET} text`)

  const file = await disk.write(`${SECRET}.txt`, `${SECRET} in a file `.repeat(60_000))
  await attach(page, file)
  await expect(attachments(composer(page)).getByText('Only in this tab: not saved on this device').first()).toBeAttached()

  await page.getByRole('link', { name: 'Settings' }).click()
  await settings.getByRole('button', { name: 'Lock now' }).click()
  await expect(page.getByRole('heading', { name: 'Satchel is locked' })).toBeVisible()
  await expect(page.getByText('Something found no room on this device and is only in this tab.')).toBeVisible()
  await expect(page).toHaveTitle('Locked – Satchel')
  expect((await page.content()).includes(SECRET)).toBe(false)
  expect((await dump(page)).text.includes(SECRET)).toBe(false)
  await expectOpenToAll(page)
  await page.keyboard.press('Control+k') // the app hears nothing of it
  await expect(page.getByRole('dialog')).toHaveCount(0)
  const other = await page.context().newPage()
  await other.goto(address)
  await expect(other.getByRole('heading', { name: 'Satchel is locked' })).toBeVisible()

  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(settings.getByRole('button', { name: 'Lock now' })).toBeEnabled()
  await page.goBack()
  await expect(textbox(page)).toHaveValue(`${SECRET} text`)
  await expectAttachments(composer(page), [file])
  await send(page)
  await expectAgentReceived(page, [file])
})

test('whoever opens the lock goes on writing, in a page that begins and in one that was covered @chromium', async ({ page, disk, server }) => {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Storage.overrideQuotaForOrigin', { origin: server.url, quotaSize: 1_000_000 })
  await openApp(page)
  await textbox(page).fill('here')
  await page.getByRole('link', { name: 'Settings' }).click()
  const settings = page.getByRole('region', { name: 'Lock the drafts on this device' })
  await settings.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await settings.getByLabel('The same passphrase again').fill(PASSPHRASE)
  await settings.getByRole('button', { name: 'Lock my drafts' }).click()
  await expect(settings.getByRole('button', { name: 'Lock now' })).toBeEnabled()
  const other = await page.context().newPage()
  await other.goto('/settings')
  const lockFromThere = async () => {
    await other.getByRole('button', { name: 'Lock now' }).click()
    await expect(page.getByRole('heading', { name: 'Satchel is locked' })).toBeVisible()
    await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
    await page.keyboard.press('Enter')
    await expect(textbox(page)).toBeFocused()
    await expect(other.getByRole('button', { name: 'Lock now' })).toBeEnabled()
  }
  await page.goBack()
  await expect(textbox(page)).toHaveValue('here')

  await lockFromThere()
  await page.keyboard.type(', and on')
  await expect(textbox(page)).toHaveValue('here, and on')

  const file = await disk.write('large.txt', 'words '.repeat(200_000))
  await attach(page, file)
  await expect(attachments(composer(page)).getByText('Only in this tab: not saved on this device').first()).toBeAttached()
  await lockFromThere()
  await page.keyboard.type(', and on')
  await expect(textbox(page)).toHaveValue('here, and on, and on')
})
