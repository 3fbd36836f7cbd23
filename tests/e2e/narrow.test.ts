import type { Locator, Page } from '@playwright/test'
import { jpegExif, jpegWith } from '../helpers/imageFiles.ts'
import { alerts, answers, attachments, composer, expectAgentDone, expectSaved, history, newSession, openApp, placeAtRest, preview, send, sendButton, sent, sessions, textbox, thumbnail, thumbnails, undo } from './app.ts'
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
  await preview(page).getByRole('button', { name: /^Size of / }).click()
  await expectInside(preview(page).getByRole('menu'))
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')

  await send(page)
  await expectAgentDone(page)
  await expect(answers(page)).toContainText('report.pdf')
  await expectToFit(page)
  await thumbnail(sent(page), 'notes.txt').click()
  await expect(preview(page).locator('pre')).toBeVisible()
})

test('what the keys do is read from the edge on, and dialogs, menus, what explains a file, the meter and the dots of a menu are seen where colours are forced', async ({ page, disk }) => {
  await page.emulateMedia({ forcedColors: 'active' })
  await openApp(page)
  await textbox(page).fill('hello')
  await send(page)
  await expectAgentDone(page)
  await expect(page.getByRole('meter', { name: 'Context' }).locator('.track')).toHaveCSS('outline-style', 'solid')
  const dots = page.locator('.more').first()
  expect(await dots.evaluate(button => getComputedStyle(button, '::before').backgroundImage)).toContain('gradient')
  await composer(page).getByRole('button', { name: /^Model: / }).click()
  await expect(page.getByRole('menu', { name: 'Model and effort' })).toHaveCSS('border-top-width', '1px')
  await page.keyboard.press('Escape')
  await attach(page, await disk.png('shot.png'))
  await expectSaved(page, ['shot.png'])
  await page.keyboard.press('Shift+Tab') // its explanation comes with the focus of the keyboard
  await thumbnail(composer(page), 'shot.png').focus()
  await expect(composer(page).locator('.tip-words')).toHaveCSS('border-top-width', '1px')

  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  await page.keyboard.press('?')
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(dialog).toHaveCSS('border-top-width', '1px')
  const edges = await dialog.locator('dl > div').evaluateAll(rows => rows.map(row =>
    (row.querySelector('dd')?.getBoundingClientRect().left ?? 0) - row.getBoundingClientRect().left))
  expect(new Set(edges)).toEqual(new Set([0]))
  await expectToFit(page)
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

test('on a telephone a session is renamed from the menu in the drawer', async ({ page }) => {
  await openApp(page)
  await textbox(page).fill('a first name')
  await send(page)
  await expectAgentDone(page)
  await page.getByRole('button', { name: 'Show sessions' }).click()
  await sessions(page).getByRole('button', { name: 'More about a first name' }).click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await page.getByRole('textbox', { name: 'Title' }).fill('another')
  await page.keyboard.press('Enter')
  await expect(sessions(page).getByRole('link', { name: 'another' })).toBeVisible()
})

test('on a telephone a draft that was discarded in the drawer can be brought back there', async ({ page }) => {
  await openApp(page)
  const address = page.url()
  await textbox(page).fill('a draft')
  await page.getByRole('button', { name: 'Show sessions' }).click()
  await sessions(page).getByRole('button', { name: /^Discard draft/ }).click()
  await expect(sessions(page).getByText('Draft', { exact: true })).toHaveCount(0)

  await undo(page).click()

  await expect(page).toHaveURL(address)
  await expect(textbox(page)).toHaveValue('a draft')
})

test('on a telephone Back closes what lies over the page, and then leads where it led before', async ({ page, disk }) => {
  await openApp(page)
  const first = page.url()
  await textbox(page).fill('the first')
  await openDrawer(page)
  await newSession(page).click()
  await expect(page).not.toHaveURL(first)
  const second = page.url()
  await attach(page, await disk.png('shot.png'), await disk.png('other.png'))
  await expectSaved(page, ['shot.png', 'other.png'])

  await thumbnail(composer(page), 'shot.png').click()
  await expect(preview(page)).toBeVisible()
  await page.goBack()
  await expect(preview(page)).toHaveCount(0)
  await expect(thumbnails(composer(page))).toHaveCount(2)
  expect(page.url()).toBe(second)

  await openDrawer(page)
  await page.goBack()
  await expect(sessions(page)).not.toBeVisible()
  expect(page.url()).toBe(second)

  // Closed in its own way, it is no station on the way back.
  await thumbnail(composer(page), 'shot.png').click()
  await preview(page).getByRole('button', { name: 'Show other.png' }).click()
  await preview(page).getByRole('button', { name: 'Close' }).click()
  await expect(preview(page)).toHaveCount(0)
  await openDrawer(page)
  await page.keyboard.press('Escape')
  await expect(sessions(page)).not.toBeVisible()
  await expectNoLayer(page)
  await page.goBack()
  await expect(page).toHaveURL(first)
  await expect(textbox(page)).toHaveValue('the first')

  await page.goForward()
  await expect(page).toHaveURL(second)
  await page.goForward() // what was looked at there is not looked at again
  await expectNoLayer(page)
  await expect(page).toHaveURL(second)

  // A reload in the middle of it.
  await thumbnail(composer(page), 'shot.png').click()
  await expect(preview(page)).toBeVisible()
  await page.reload()
  await expectSaved(page, ['shot.png', 'other.png'])
  await expectNoLayer(page)
  await page.goBack()
  await expect(page).toHaveURL(first)
})

async function openDrawer(page: Page) {
  await page.getByRole('button', { name: 'Show sessions' }).click()
  await expect(sessions(page)).toBeVisible()
}

/** The browser stands at a page of its own again, and not at something that lay over it. */
const expectNoLayer = (page: Page) => expect.poll(() => page.evaluate(() => (window.history.state as { layer?: string | null }).layer ?? null)).toBeNull()

test('a menu that is open stays by its button where a telephone is turned', async ({ page }) => {
  await page.setViewportSize({ width: 740, height: 360 })
  await openApp(page)
  await composer(page).getByRole('button', { name: /^Model: / }).click()
  const menu = page.getByRole('menu')
  await expect(menu).toBeInViewport({ ratio: 1 })
  await page.setViewportSize({ width: 360, height: 740 })
  await expect(menu).toBeInViewport({ ratio: 1 })
})

test('on a telephone the composer stays small with six files and with something told', async ({ page, disk }) => {
  await openApp(page)
  const files = [...await Promise.all(Array.from({ length: 4 }, (_, i) => disk.png(`${i}.png`))), await disk.pdf(), await disk.text()]
  await attach(page, ...files, await disk.write('a.zip', 'PK\x03\x04\0\0'), await disk.write('b.zip', 'PK\x03\x04\0\0b'), await disk.write('empty.txt', ''))
  await expectSaved(page, files)
  await expect(alerts(page)).toHaveCount(3)

  const tops = await thumbnails(composer(page)).evaluateAll(all => all.map(thumbnail => thumbnail.getBoundingClientRect().top))
  expect(new Set(tops).size).toBe(1)
  expect((await composer(page).boundingBox())?.height).toBeLessThan(740 / 3)
  expect((await history(page).boundingBox())?.height).toBeGreaterThan(740 / 3)
  await expect(thumbnail(composer(page), files.at(-1)!.name)).toBeInViewport({ ratio: 1 })
  await thumbnail(composer(page), '0.png').scrollIntoViewIfNeeded()
  await expect(thumbnail(composer(page), '0.png')).toBeInViewport({ ratio: 1 })
})

test('in a low window, zoomed in perhaps, everything of the composer can be reached and the page itself stays', async ({ page, disk }) => {
  await page.setViewportSize({ width: 640, height: 400 })
  await openApp(page)
  await textbox(page).fill('one\ntwo\nthree\nfour\nfive\nsix')
  const files = await Promise.all(Array.from({ length: 20 }, (_, i) => disk.png(`${i}.png`)))
  await attach(page, ...files, await disk.write('a.zip', 'PK\x03\x04\0\0'), await disk.write('b.zip', 'PK\x03\x04\0\0'))
  await expectSaved(page, files)
  await expect(alerts(page)).toHaveCount(2)

  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(400)
  await sendButton(page).scrollIntoViewIfNeeded()
  await expect(sendButton(page)).toBeInViewport({ ratio: 1 })
  await expect(page.getByRole('button', { name: 'Show sessions' })).toBeInViewport({ ratio: 1 })
})

for (const width of [360, 640]) {
  test(`with a keyboard over half of a telephone, ${width} px wide, Send stays in sight, and the text and what is told can be reached`, async ({ page, disk }) => {
    await page.setViewportSize({ width, height: 300 })
    await openApp(page)
    await textbox(page).fill('one\ntwo\nthree\nfour\nfive\nsix')
    await expect(sendButton(page)).toBeInViewport({ ratio: 1 })
    const files = await Promise.all(Array.from({ length: 20 }, (_, i) => disk.png(`${i}.png`)))
    await attach(page, ...files, await disk.write('a.zip', 'PK\x03\x04\0\0'), await disk.write('b.zip', 'PK\x03\x04\0\0'))
    await expectSaved(page, files)
    await expect(alerts(page)).toHaveCount(2)

    for (const part of [alerts(page).first(), textbox(page), thumbnail(composer(page), '19.png')]) {
      await part.scrollIntoViewIfNeeded()
      await expect(part).toBeInViewport({ ratio: 0.9 })
      await expect(sendButton(page)).toBeInViewport({ ratio: 1 })
    }
    await send(page)
    await expect(sent(page)).toContainText('six')
  })
}

test.describe('by touch', () => {
  test.use({ hasTouch: true, isMobile: true })

  test('what was tapped does not go on looking as if something pointed at it', async ({ page }) => {
    await openApp(page)
    const clip = composer(page).getByRole('button', { name: 'Attach files' })
    const before = await clip.evaluate(button => getComputedStyle(button).backgroundColor)

    await clip.tap()
    await expect(page.getByRole('menu', { name: 'Attach files' })).toBeVisible()

    expect(await clip.evaluate(button => button.matches(':hover'))).toBe(true)
    await expect(clip).toHaveCSS('background-color', before)
  })

  test('the middle of a photo opens it, whatever else can be pressed on it, and files end at the composer\'s border', async ({ page, disk }) => {
    const photo = await disk.write('rome.jpg', jpegWith([jpegExif({ position: true, camera: true, orientation: 6 })]))
    const others = await Promise.all(Array.from({ length: 7 }, (_, i) => disk.png(`${i}.png`)))
    await openApp(page)
    await attach(page, photo, ...others)
    await expectSaved(page, [photo, ...others])
    const strip = await attachments(composer(page)).boundingBox()
    const around = await composer(page).boundingBox()
    expect(strip && around && strip.x + strip.width <= around.x + around.width).toBe(true)
    await attachments(composer(page)).evaluate(list => list.scrollTo({ left: 0, behavior: 'instant' }))

    await expect(composer(page).getByRole('button', { name: 'Clear position of rome.jpg' })).toBeVisible()
    const tile = await thumbnail(composer(page), 'rome.jpg').boundingBox()
    await page.touchscreen.tap(tile!.x + tile!.width / 2, tile!.y + tile!.height / 2)
    await expect(preview(page)).toBeVisible()
  })

  test('everything that one presses is large enough for a finger', async ({ page, disk }) => {
    await openApp(page)
    await textbox(page).fill('a draft')
    await attach(page, await disk.png('shot.png'), await disk.pdf(), await disk.write('a.zip', 'PK\x03\x04\0\0'))
    await expectSaved(page, ['shot.png', 'report.pdf'])
    await expect(alerts(page)).toHaveCount(1)
    await expectLarge(page)

    await thumbnail(composer(page), 'report.pdf').click()
    await expect(preview(page)).toBeVisible()
    await expectLarge(page)
    await preview(page).getByRole('button', { name: 'Close' }).click()

    await page.getByRole('button', { name: 'Show sessions' }).click()
    await expect(newSession(page)).toBeInViewport({ ratio: 1 })
    await expectLarge(page)
    await page.getByRole('link', { name: /^Drafts/ }).click()
    await expect(page.getByRole('list', { name: 'Drafts' }).locator('> li')).toHaveCount(1)
    await expectLarge(page)
  })
})

test('on a telephone a draft of twenty files leaves room for the others in the list, and shows all of its files when it is asked', async ({ page, disk }) => {
  await openApp(page)
  const files = await Promise.all(Array.from({ length: 20 }, (_, i) => disk.text(`notes ${i + 1}.txt`, `note ${i}`)))
  await attach(page, ...files)
  await expectSaved(page, files)
  await page.goto('/drafts')
  const draft = page.getByRole('list', { name: 'Drafts' }).locator('> li')
  await expect(thumbnails(draft)).toHaveCount(6)
  expect((await draft.boundingBox())!.height).toBeLessThan(400)

  await draft.getByRole('button', { name: 'and 14 more files of' }).press('Enter')
  await expect(thumbnails(draft)).toHaveCount(20)
  await draft.getByRole('button', { name: 'Show fewer files of' }).press('Enter')
  await expect(thumbnails(draft)).toHaveCount(6)
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

/** Every control, as far as a finger reaches it, which may be further than it is drawn. */
async function expectLarge(page: Page) {
  const small = () => page.locator('button, sl-button, nav a').evaluateAll(controls => controls
    .filter(control => control.checkVisibility())
    .map((control) => {
      const { width, height } = control.getBoundingClientRect()
      const reach = -2 * Math.min(0, parseFloat(getComputedStyle(control, '::before').insetInlineStart) || 0)
      return { name: control.getAttribute('aria-label') ?? control.textContent?.trim(), width: width + reach, height: height + reach }
    })
    .filter(({ width, height }) => width < 44 || height < 44))
  await expect.poll(small).toEqual([])
}

test('what can be undone stands over none of the ways to other pages in the open drawer', async ({ page }) => {
  await openApp(page)
  await textbox(page).fill('kept for later')
  const show = page.getByRole('button', { name: 'Show sessions' })
  await show.click()
  await sessions(page).getByRole('button', { name: /^Discard/ }).click()
  await expect(undo(page)).toBeVisible()
  await expect(async () => {
    if (!await page.getByRole('navigation', { name: 'Pages' }).isVisible())
      await show.click({ timeout: 1000 })
    await expect(page.getByRole('navigation', { name: 'Pages' })).toBeInViewport({ ratio: 1, timeout: 1000 })
  }).toPass()

  const offer = await placeAtRest(page.getByRole('status', { name: 'Undo' }).locator('.offer'))
  const ways = await placeAtRest(page.getByRole('navigation', { name: 'Pages' }))
  expect(offer.y + offer.height).toBeLessThanOrEqual(ways.y)
  expect(offer.y).toBeGreaterThan(ways.y / 2)
  await page.getByRole('link', { name: /^Settings/ }).click()
  await expect(page).toHaveURL(/\/settings$/)
})
