import type { Locator, Page } from '@playwright/test'
import { alerts, answers, composer, expectAgentDone, expectSaved, newSession, openApp, preview, send, sent, sessions, textbox, thumbnail } from './app.ts'
import { attach } from './doors.ts'
import { expect, test } from './satchel.ts'

test.use({ viewport: { width: 360, height: 740 } })

const UNBREAKABLE = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(3)
const WIDE = `${UNBREAKABLE}

\`\`\`
${'a line of code that is wider than any telephone '.repeat(6)}
\`\`\`

| ${'heading | '.repeat(12)}
| ${'--- | '.repeat(12)}
| ${'some cell | '.repeat(12)}

https://example.com/${'path/'.repeat(60)}
`

test('on a telephone nothing is cut off and the page does not scroll sideways', async ({ page, disk }) => {
  await openApp(page)
  await expectToFit(page)

  const files = [
    await disk.screenshot('a screenshot with a rather long name of its own 2026-11-21.png'), await disk.pdf(), await disk.text(),
    ...await Promise.all(Array.from({ length: 6 }, (_, i) => disk.png(`${i}.png`))),
  ]
  await textbox(page).fill(WIDE)
  await attach(page, ...files, await disk.write(`${'long'.repeat(30)}.zip`, 'PK\x03\x04\0\0'))
  await expectSaved(page, files)
  await expect(alerts(page)).toBeVisible()
  await expectToFit(page)

  await thumbnail(composer(page), files.at(-1)!.name).click()
  await expect(preview(page)).toBeVisible()
  await expectToFit(page)
  await page.keyboard.press('Escape')

  await send(page)
  await expectAgentDone(page)
  await expect(answers(page)).toContainText('report.pdf')
  await expectToFit(page)
  await thumbnail(sent(page), 'notes.txt').click()
  await expect(preview(page).locator('pre')).toBeVisible()
})

test('on a telephone the sessions are in a drawer', async ({ page }) => {
  await openApp(page)
  const first = page.url()
  await textbox(page).fill('a draft')
  await expect(sessions(page)).not.toBeVisible()

  await page.getByRole('button', { name: 'Show sessions' }).click()
  await expect(sessions(page)).toBeVisible()
  await expectToFit(page)
  await newSession(page).click()
  await expect(page).not.toHaveURL(first)
  await expect(sessions(page)).not.toBeVisible()
  await expect(textbox(page)).toHaveValue('')

  await page.getByRole('button', { name: 'Show sessions' }).click()
  await sessions(page).getByRole('link').filter({ hasText: 'Draft' }).click()
  await expect(page).toHaveURL(first)
  await expect(sessions(page)).not.toBeVisible()
  await expect(textbox(page)).toHaveValue('a draft')

  await page.getByRole('button', { name: 'Show sessions' }).click()
  await expect(sessions(page)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(sessions(page)).not.toBeVisible()
})

test('on a telephone the list of drafts and the settings fit, whatever stands in them', async ({ page, disk }) => {
  await openApp(page)
  await page.getByRole('button', { name: 'Rename session' }).click()
  await page.getByRole('textbox', { name: 'Session title' }).fill(UNBREAKABLE.slice(0, 200))
  await page.keyboard.press('Enter')
  const files = [await disk.screenshot(), await disk.pdf(`${'long'.repeat(30)}.pdf`), await disk.text()]
  await textbox(page).fill(WIDE)
  await attach(page, ...files)
  await expectSaved(page, files)

  await page.getByRole('button', { name: 'Show sessions' }).click()
  await page.getByRole('link', { name: /^Drafts/ }).click()
  await expect(sessions(page)).not.toBeVisible()
  const item = page.getByRole('list', { name: 'Drafts' }).locator('> li')
  await expect(thumbnail(item, files[0]!.name)).toBeVisible()
  for (const part of [...await item.locator('> *').all(), ...await item.getByRole('button').all(), ...await page.locator('header sl-button').all()])
    await expectInside(part)

  await page.getByRole('button', { name: 'Show sessions' }).click()
  await page.getByRole('link', { name: 'Settings' }).click()
  await expectInside(page.getByRole('button', { name: 'Ask the browser to keep it' }))
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
})

async function expectInside(part: Locator) {
  const box = await part.boundingBox()
  expect(box && box.x >= 0 && box.x + box.width <= 360, `${part} lies at ${box?.x} and is ${box?.width} wide`).toBe(true)
}

/** The page is no wider than the window, and everything one can press in it lies inside. */
async function expectToFit(page: Page) {
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
  const controls = [textbox(page), ...['Attach files', 'Send', 'Rename session', 'Show sessions'].map(name => page.getByRole('button', { name, exact: true }))]
  for (const control of controls) {
    const box = (await control.and(page.locator(':visible')).all()).length ? await control.boundingBox() : undefined
    if (box)
      expect(box.x >= 0 && box.x + box.width <= 360, `${control} lies at ${box.x} and is ${box.width} wide`).toBe(true)
  }
}
