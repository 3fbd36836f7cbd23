import type { Page } from '@playwright/test'
import { composer, expectAttachments, expectSaved, openApp, textbox } from './app.ts'
import { attach } from './doors.ts'
import { dump, profileText } from './kept.ts'
import { expectOpenToAll } from './openToAll.ts'
import { expect, test as base } from './satchel.ts'

/** Passkeys belong to a name, and have none where the address is in figures. */
const test = base.extend({
  server: ({ server }, use) => use({ ...server, url: server.url.replace('127.0.0.1', 'localhost') }),
})

const PASSPHRASE = 'correct horse battery'
const SECRET = 'Plaintext-7319'
const NOT_USED = 'No passkey was used, and nothing is lost. Try it again, or type the passphrase.'

const lockSettings = (page: Page) => page.getByRole('region', { name: 'Lock the drafts on this device' })
const touch = (page: Page) => page.getByRole('button', { name: 'Unlock with your passkey' })

/** A person's phone or computer, as the browser's own protocol plays it. @param answers whether its passkeys have a PRF */
async function openAuthenticators(page: Page) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  return async ({ answers = true } = {}) => {
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: {
      protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true,
      isUserVerified: true, automaticPresenceSimulation: true, hasPrf: answers,
    } })
    const credentials = async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials
    return {
      credentials,
      put: (credential: Awaited<ReturnType<typeof credentials>>[number]) => cdp.send('WebAuthn.addCredential', { authenticatorId, credential }),
      /** It knows the finger no more that touches it. */
      refuse: () => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false }),
      lose: () => cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }),
    }
  }
}

/** Keeps what passkeys answer where this test can see it, and nobody else. */
const overhear = (page: Page) => page.addInitScript(() => {
  const heard: number[][] = []
  Object.assign(window, { heard })
  const results = PublicKeyCredential.prototype.getClientExtensionResults
  PublicKeyCredential.prototype.getClientExtensionResults = function () {
    const told = results.call(this)
    const first = told.prf?.results?.first
    if (first)
      heard.push([...new Uint8Array(first as ArrayBuffer)])
    return told
  }
})

const heardAnswers = (page: Page) => page.evaluate(() => (window as unknown as { heard: number[][] }).heard)

async function lockWithPassphrase(page: Page) {
  await page.getByRole('link', { name: 'Settings' }).click()
  const settings = lockSettings(page)
  await settings.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await settings.getByLabel('The same passphrase again').fill(PASSPHRASE)
  await settings.getByRole('button', { name: 'Lock my drafts' }).click()
  await expect(settings.getByRole('button', { name: 'Lock now' })).toBeEnabled()
  return settings
}

async function addPasskey(page: Page, passphrase = PASSPHRASE) {
  const settings = lockSettings(page)
  await settings.getByRole('button', { name: 'Unlock with a passkey, too' }).click()
  await settings.getByLabel('Passphrase', { exact: true }).fill(passphrase)
  await settings.getByRole('button', { name: 'Add the passkey' }).click()
}

async function lockNow(page: Page) {
  await lockSettings(page).getByRole('button', { name: 'Lock now' }).click()
  await expect(page.getByRole('heading', { name: 'Satchel is locked' })).toBeVisible()
}

async function unlockWithPassphrase(page: Page) {
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await page.getByRole('button', { name: 'Unlock', exact: true }).click()
  await expect(lockSettings(page)).toBeVisible()
}

test('a passkey opens locked drafts with one touch, and neither it nor they can be read on the device @chromium', async ({ disk, server, openProfile }) => {
  const { page } = await openProfile()
  const open = await openAuthenticators(page)
  const phone = await open()
  await overhear(page)
  await openApp(page, server.url)
  const address = page.url()
  await textbox(page).fill(`${SECRET} text`)
  const file = await disk.write(`${SECRET}.txt`, `${SECRET} in a file`)
  await attach(page, file)
  await expectSaved(page, [file])

  const settings = await lockWithPassphrase(page)
  await addPasskey(page, 'incorrect horse')
  await expect(settings.getByRole('alert')).toHaveText('That is not the passphrase. Nothing is lost: try again.')
  expect(await phone.credentials()).toEqual([]) // nobody was asked for one
  await settings.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await settings.getByRole('button', { name: 'Add the passkey' }).click()
  await expect(settings.getByRole('button', { name: 'Remove the passkey' })).toBeEnabled()
  expect(await phone.credentials()).toHaveLength(1)
  const answers = await heardAnswers(page)

  await lockNow(page)
  await expect(touch(page)).toBeFocused()
  await expectOpenToAll(page)
  await page.keyboard.press('Enter')
  await expect(lockSettings(page)).toBeVisible()
  answers.push(...await heardAnswers(page))
  await page.goto(address)
  await touch(page).click()
  await expect(textbox(page)).toHaveValue(`${SECRET} text`)
  await expectAttachments(composer(page), [file])
  answers.push(...await heardAnswers(page))

  expect(answers.length).toBeGreaterThanOrEqual(3)
  const { text } = await dump(page)
  const profile = await profileText(disk.folder)
  expect(text.includes(SECRET)).toBe(false)
  const asDumped = await page.evaluate(all => all.map(one => new TextDecoder('latin1').decode(new Uint8Array(one))), answers)
  for (const [i, answer] of answers.entries()) {
    expect(text.includes(asDumped[i]!)).toBe(false)
    expect(profile.includes(Buffer.from(answer).toString('latin1').replaceAll('\0', ''))).toBe(false)
  }
})

test('who refuses the passkey, has lost it or holds another one is told, and the passphrase still opens everything @chromium', async ({ page }) => {
  const open = await openAuthenticators(page)
  const strange = await open()
  await strange.refuse()
  await openApp(page)
  await textbox(page).fill(SECRET)
  await expect.poll(async () => (await dump(page)).text).toContain(SECRET)
  const address = page.url()
  await lockWithPassphrase(page)

  await addPasskey(page)
  await expect(lockSettings(page).getByRole('alert')).toHaveText('No passkey was added. Your passphrase opens the drafts as before.')
  await strange.lose()
  const phone = await open()
  await lockSettings(page).getByRole('button', { name: 'Add the passkey' }).click()
  await expect(lockSettings(page).getByRole('button', { name: 'Remove the passkey' })).toBeEnabled()

  await lockNow(page)
  await phone.refuse()
  await touch(page).click()
  await expect(page.getByRole('alert')).toHaveText(NOT_USED)

  // Lost: the browser looks for it, and who types the passphrase meanwhile need not wait for that.
  const [passkey] = await phone.credentials()
  await phone.lose()
  await touch(page).click()
  await unlockWithPassphrase(page)

  await lockNow(page)
  const anothers = await open()
  await touch(page).click()
  await expect(page.getByRole('alert')).toHaveText(NOT_USED)
  await anothers.lose()
  const sameName = await open()
  await sameName.put(passkey!)
  await touch(page).click()
  await expect(page.getByRole('alert')).toHaveText('This passkey does not say what opens the drafts. Nothing is lost: type the passphrase.')
  await unlockWithPassphrase(page)

  await lockSettings(page).getByRole('button', { name: 'Remove the passkey' }).click()
  await expect(lockSettings(page).getByRole('button', { name: 'Unlock with a passkey, too' })).toBeEnabled()
  await lockNow(page)
  await expect(touch(page)).toHaveCount(0)
  await unlockWithPassphrase(page)
  await page.goto(address)
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await page.getByRole('button', { name: 'Unlock', exact: true }).click()
  await expect(textbox(page)).toHaveValue(SECRET)
})

test('a passkey that cannot open drafts is not added, and none is offered where there can be none @chromium', async ({ page, browser, server }) => {
  const open = await openAuthenticators(page)
  await open({ answers: false })
  await openApp(page)
  await lockWithPassphrase(page)
  await addPasskey(page)
  await expect(lockSettings(page).getByRole('alert')).toHaveText('This passkey cannot open drafts where it is kept, so it was not added. Keep it in another place, such as this device or a phone.')
  await lockSettings(page).getByRole('button', { name: 'Cancel' }).click()
  await expect(lockSettings(page).getByRole('button', { name: 'Unlock with a passkey, too' })).toBeVisible()

  const inFigures = await browser.newPage({ baseURL: server.url.replace('localhost', '127.0.0.1') })
  await openApp(inFigures)
  await lockWithPassphrase(inFigures)
  await expect(lockSettings(inFigures).getByRole('button', { name: 'Turn the lock off' })).toBeVisible()
  await expect(lockSettings(inFigures).getByRole('button', { name: /passkey/ })).toHaveCount(0)
  await inFigures.close()
})
