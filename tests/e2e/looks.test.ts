import type { Locator, Page } from '@playwright/test'
import { pdfBytes } from '../helpers/images.ts'
import { answers, attachments, composer, expectAgentDone, expectSaved, history, openApp, placeAtRest, send, sendButton, sent, sessions, textbox } from './app.ts'
import { attach } from './doors.ts'
import { expect, test } from './satchel.ts'

const EMPTY = 'Drop files anywhere, paste a screenshot, or write'

declare global {
  interface Window { shifts: { value: number, what: string }[] }
}

/**
 * What moves by itself on the page, from now on; not what the words that the server is slow to answer push down. A file
 * that gives way to another counts whole: it is a small part of the page, and browsers excuse what moves after a click.
 */
async function watchShifts(page: Page) {
  await page.addInitScript(() => {
    window.shifts = []
    new PerformanceObserver(list => list.getEntries().forEach((entry) => {
      const { value, hadRecentInput, sources } = entry as PerformanceEntry & { value: number, hadRecentInput: boolean, sources: { node: Node | null }[] }
      if (sources.some(({ node }) => node instanceof Element && node.closest('[aria-label="Attachments"]') && !node.closest('article')))
        window.shifts.push({ value: 1, what: 'a file' })
      else if (!hadRecentInput && !sources.some(({ node }) => node?.nodeName === 'MAIN'))
        window.shifts.push({ value, what: sources.map(({ node }) => node instanceof Element ? `${node.tagName}.${node.className}` : String(node?.nodeName)).join(' ') })
    })).observe({ type: 'layout-shift', buffered: true })
  })
}

async function expectStill(page: Page, doing: string) {
  const shifts = await page.evaluate(() => window.shifts.splice(0))
  expect(shifts.reduce((sum, { value }) => sum + value, 0), `${doing}: ${JSON.stringify(shifts)}`).toBeLessThan(0.01)
}

test('a new session says what can be done here above the composer, until there is a draft; the composer stays where it is', async ({ page }) => {
  await openApp(page)
  const words = history(page).getByText(EMPTY)
  await expect(words).toBeVisible()
  const top = async () => Math.round((await placeAtRest(textbox(page))).y)
  const before = await top()
  expect(before).toBeGreaterThan(250)
  expect(before).toBeLessThan(450)

  await textbox(page).fill('a')
  await expect(words).toHaveCount(0)
  expect(await top()).toBe(before)
  await textbox(page).fill('')
  await expect(words).toBeVisible()

  await textbox(page).fill('a first message')
  await send(page)
  await expectAgentDone(page)
  expect(await top()).toBeGreaterThan(600)
  await page.keyboard.press('Control+Shift+O')
  await expect(words).toBeVisible()
  await expect(sessions(page).getByRole('link')).toHaveCount(2)
  for (const link of await sessions(page).getByRole('link').all())
    expect((await link.boundingBox())!.height).toBe(32)
})

/** Per cent, as HSL has it. */
const lightness = async (of: Locator) => {
  const [r = 0, g = 0, b = 0] = (await of.evaluate(element => getComputedStyle(element).backgroundColor)).match(/\d+/g)?.map(Number) ?? []
  return (Math.max(r, g, b) + Math.min(r, g, b)) / 2 / 255 * 100
}

test('surfaces can be told apart, a draft has its tick, and what comes up does so at once for whoever wants nothing to move', async ({ page, disk }) => {
  await openApp(page)
  await textbox(page).fill('a message')
  await attach(page, await disk.pdf())
  await expectSaved(page, ['report.pdf'])
  await send(page)
  await expectAgentDone(page)
  await textbox(page).fill('a draft')
  const side = page.locator('aside').first()
  const document = attachments(sent(page)).getByRole('button', { name: 'Preview report.pdf' })
  expect(await lightness(side)).toBeCloseTo(95.5, 0)
  expect(await lightness(sent(page).locator('.own'))).toBeCloseTo(94, 0)
  expect(await lightness(document)).toBeCloseTo(94.5, 0)
  await expect(composer(page).getByTitle('Saved on this device')).toBeVisible()

  await page.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(() => lightness(composer(page))).toBeCloseTo(15, 0)

  const motion = async () => {
    await page.keyboard.press('Control+k')
    const dialog = page.getByRole('dialog', { name: 'Search' })
    await expect(dialog).toBeVisible()
    const seconds = await dialog.evaluate(element => parseFloat(getComputedStyle(element).animationDuration))
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
    return seconds
  }
  await page.emulateMedia({ reducedMotion: 'no-preference' })
  expect(await motion()).toBeCloseTo(0.14)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  expect(await motion()).toBeLessThan(0.001)
})

test.describe('with a finger', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })

  test('a photo is taken, or chosen, or a file is, from the menu of "Attach files"', async ({ page, disk }) => {
    await openApp(page)
    const button = composer(page).getByRole('button', { name: 'Attach files' })
    const picker = page.getByLabel('Files to attach')
    const shot = await disk.png('shot.png')
    for (const [name, accept, capture] of [['Take a photo', 'image/*', 'environment'], ['Photos', 'image/*', null], ['Files', '', null]] as const) {
      await button.click()
      await expect(page.getByRole('menu', { name: 'Attach files' }).getByRole('menuitem')).toHaveText(['Take a photo', 'Photos', 'Files'])
      const choosing = page.waitForEvent('filechooser')
      await page.getByRole('menuitem', { name, exact: true }).click()
      const chooser = await choosing
      expect(await picker.evaluate((input: HTMLInputElement) => [input.accept, input.getAttribute('capture')])).toEqual([accept, capture])
      if (name === 'Take a photo')
        await chooser.setFiles(shot.path)
    }
    await expectSaved(page, ['shot.png'])
    await button.click()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('menu')).toHaveCount(0)
    await expect(button).toBeFocused()
  })

  test('nobody is told to drop something', async ({ page }) => {
    await openApp(page)
    await expect(history(page).getByText('Attach a photo or a file, or write')).toBeVisible()
    await expect(history(page).getByText(EMPTY)).toBeHidden()
  })
})

test('nothing moves by itself while a session is opened, files are attached, and an answer comes', async ({ page, disk }) => {
  const cdp = await page.context().newCDPSession(page)
  const slowedDown = (rate: number) => cdp.send('Emulation.setCPUThrottlingRate', { rate })
  await watchShifts(page)
  await slowedDown(6) // as on a small telephone: parts come one after the other
  await openApp(page)
  await expect(composer(page).getByRole('button', { name: /^Model: / })).toBeVisible()
  await expectStill(page, 'opening a new session')
  await slowedDown(1)

  await textbox(page).fill('/slow 40')
  await send(page)
  await placeAtRest(composer(page)) // the first message takes it down: that is what Send was asked for
  await page.evaluate(() => window.shifts.splice(0))
  await expectAgentDone(page)
  await expectStill(page, 'an answer')

  const files = await Promise.all([...Array.from({ length: 9 }, (_, i) => disk.png(`${i}.png`)), disk.pdf(), disk.text()])
  await attach(page, ...files)
  await expectSaved(page, files)
  await expectStill(page, 'attaching')
  await sendButton(page).click()
  await expect(answers(page)).toHaveCount(2) // the first one is there and done before this one begins
  await expectAgentDone(page)

  await slowedDown(6)
  await page.reload()
  await expect(history(page).getByRole('article', { name: 'Agent' })).toHaveCount(2)
  await expect(composer(page).getByRole('meter')).toBeVisible()
  await expectStill(page, 'opening a session')
})

test('half of what a conversation holds says nothing of its size, and one page more does', async ({ page, disk }) => {
  await openApp(page)
  const half = await disk.write('half.pdf', pdfBytes({ pages: 50 }))
  await attach(page, half)
  await expectSaved(page, [half])
  const line = composer(page).getByRole('note', { name: 'Size of the message' })
  await expect(line).toHaveCount(0)

  const more = await disk.png()
  await attach(page, more)
  await expectSaved(page, [half, more])
  await expect(line).toContainText('51 of 100 images and pages')
  await composer(page).getByRole('button', { name: 'Remove shot.png' }).click()
  await expect(line).toHaveCount(0)
})

test('what is scrolled in the strip covers nothing that is said above it, fades out where it is cut off, and the first and last row are as clear as the others', async ({ page, disk }) => {
  await openApp(page)
  await textbox(page).fill('text')
  const pictures = Array.from({ length: 12 }, (_, i) => disk.png(`${i}.png`))
  const files = await Promise.all([...pictures, disk.write('long.pdf', pdfBytes({ pages: 60 })), ...Array.from({ length: 4 }, (_, i) => disk.text(`${i}.txt`, `log ${i}`))])
  await attach(page, ...files)
  await expectSaved(page, files)
  const line = composer(page).getByRole('note', { name: 'Size of the message' })
  await expect(line).toContainText('72 of 100')
  const strip = attachments(composer(page))
  const soft = () => strip.evaluate(list => ['::before', '::after'].map(end => Math.round(Number(getComputedStyle(list, end).opacity))))
  const expectSoft = async (scrolled: ScrollToOptions, ends: [number, number]) => {
    await strip.evaluate((list, to) => list.scrollTo({ ...to, behavior: 'instant' }), scrolled)
    await expect.poll(soft).toEqual(ends)
  }
  await expectSoft({ top: 0 }, [0, 1])
  await expectSoft({ top: 9999 }, [1, 0])
  const [above, below] = [await placeAtRest(line), await placeAtRest(strip)]
  expect(above.y + above.height).toBeLessThanOrEqual(below.y)

  await page.setViewportSize({ width: 360, height: 740 })
  await expectSoft({ left: 0 }, [0, 1])
  await expectSoft({ left: 100 }, [1, 1])
  await expectSoft({ left: 9999 }, [1, 0])
})
