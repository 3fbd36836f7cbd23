import type { Locator } from '@playwright/test'
import { alerts, answers, composer, expectAgentDone, expectSaved, openApp, placeAtRest, preview, send, sent, sessionId, sessions, textbox, thumbnail, undo } from './app.ts'
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

/** Pixels: the widest column without ink between the first letter and the last one. */
async function widestHole(words: Locator): Promise<number> {
  await placeAtRest(words)
  const picture = (await words.screenshot()).toString('base64')
  return words.evaluate(async (_, encoded) => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(encoded), byte => byte.charCodeAt(0))]))
    const { width, height } = bitmap
    const drawing = new OffscreenCanvas(width, height).getContext('2d')
    drawing?.drawImage(bitmap, 0, 0)
    const pixels = drawing?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray()
    const isInk = (x: number, y: number) => [0, 1, 2].some(channel => Math.abs((pixels[4 * (y * width + x) + channel] ?? 0) - (pixels[channel] ?? 0)) > 40)
    const inked = Array.from({ length: width }, (_, x) => x).filter(x => Array.from({ length: height }, (_, y) => y).some(y => isInk(x, y)))
    return Math.max(...inked.map((x, i) => x - (inked[i - 1] ?? x) - 1))
  }, picture)
}

for (const [width, colorScheme] of [[360, 'light'], [768, 'dark'], [1280, 'light']] as const) {
  test.describe(`${width} px wide, ${colorScheme}`, () => {
    test.use({ viewport: { width, height: 740 }, colorScheme })

    test('a name that is cut in its middle has no hole there: in the draft, in the preview, when its place becomes narrower, and sent', async ({ page, disk }) => {
      const letters = ['W', 'm', 'Q', '@', 'k', 'Wi']
      const files = await Promise.all(letters.map(letter => disk.text(`${letter.repeat(120 / letter.length)}MMMM.txt`, letter)))
      await openApp(page)
      await attach(page, ...files)
      await expectSaved(page, files)
      const expectNoHole = async (names: Locator, where: string) => {
        for (const name of await names.all())
          expect(await widestHole(name), `${where}: ${(await name.textContent())?.slice(0, 4)}`).toBeLessThan(5)
      }
      await page.mouse.move(0, 0)
      await expectNoHole(composer(page).locator('.file-name'), 'in the draft')
      await thumbnail(composer(page), files[0]!.name).click()
      await expect(preview(page).locator('pre')).toBeVisible()
      await expectNoHole(preview(page).locator('h2 .file-name'), 'in the preview')
      await page.setViewportSize({ width: width - 13, height: 740 })
      await expectNoHole(preview(page).locator('h2 .file-name'), 'in a narrower preview')
      await page.keyboard.press('Escape')
      await page.setViewportSize({ width, height: 740 })
      await send(page)
      await expectAgentDone(page)
      await page.mouse.move(0, 0)
      await expectNoHole(sent(page).locator('.file-name'), 'sent')
    })
  })
}
