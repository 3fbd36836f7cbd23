import { alerts, answers, composer, expectAgentDone, expectSaved, openApp, preview, send, sent, sessionId, sessions, textbox, thumbnail, undo } from './app.ts'
import { attach } from './doors.ts'
import { getSent } from './rest.ts'
import { expect, test } from './satchel.ts'

/** It would be shown as "invoiceexe.png". */
const TURNED = 'invoice\u202Egnp.exe'
const SHOWN = 'invoice\uFFFDgnp.exe'

test('a name that hides what it is deceives nobody: in the draft, in what is told of it, sent, found and downloaded', async ({ page, disk }) => {
  const given = await disk.text(`${TURNED}.txt`)
  await openApp(page)
  await attach(page, given, await disk.write(`${TURNED}.zip`, Buffer.from('504b030400000000', 'hex')))
  await expectSaved(page, [`${SHOWN}.txt`])
  await expect(alerts(page)).toContainText(`${SHOWN}.zip`)
  await expect(alerts(page).getByRole('button', { name: `Put ${SHOWN}.zip into the agent's folder` })).toBeVisible()
  await expect(sessions(page)).toContainText(`${SHOWN}.txt`)

  await composer(page).getByRole('button', { name: `Remove ${SHOWN}.txt` }).click()
  await expect(page.getByRole('status', { name: 'Undo' })).toContainText(`${SHOWN}.txt removed.`)
  await undo(page).click()
  await expectSaved(page, [`${SHOWN}.txt`])
  await thumbnail(composer(page), `${SHOWN}.txt`).click()
  await expect(preview(page).getByRole('heading')).toHaveText(`${SHOWN}.txt`)
  await page.keyboard.press('Escape')
  await textbox(page).fill('What is this?')
  await send(page)
  await expectAgentDone(page)

  await expect(thumbnail(sent(page), `${SHOWN}.txt`)).toBeVisible()
  await expect(answers(page)).toContainText(SHOWN)
  const [message] = await getSent(page, sessionId(page))
  expect(message!.attachments[0]!.filename).toBe(`${TURNED}.txt`) // as it was given: only how it is shown is another
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.evaluate(address => Object.assign(document.createElement('a'), { href: `${address}?download=1`, download: '' }).click(), message!.attachments[0]!.url),
  ])
  expect(download.suggestedFilename()).not.toContain('\u202E')

  await page.keyboard.press('ControlOrMeta+K')
  await page.getByRole('dialog', { name: 'Search' }).getByRole('combobox').fill('invoice')
  await expect(page.getByRole('dialog', { name: 'Search' }).getByRole('option').filter({ hasText: 'Attachment ·' })).toContainText(SHOWN)
  expect(await page.locator('body').innerHTML()).not.toContain('\u202E')
})
