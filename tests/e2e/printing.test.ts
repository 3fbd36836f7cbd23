import type { Page } from '@playwright/test'
import { readPdf } from '../helpers/pdfText.ts'
import { answers, expectAgentDone, expectSaved, history, openApp, send, sent, textbox } from './app.ts'
import { attach } from './doors.ts'
import { expect, test } from './satchel.ts'
import { seedAnswer, seedSession } from './seeding.ts'

test('a print holds the whole conversation with its pictures, and nothing else', async ({ page, server, disk }) => {
  const session = await seedSession(server, 'Long', 45)
  await openApp(page, `/session/${session}`)
  await attach(page, await disk.png('shot.png'))
  await expectSaved(page, ['shot.png'])
  await textbox(page).fill(`${'line\n'.repeat(80)}the last line of what is folded`)
  await send(page)
  await expectAgentDone(page)
  await expect(answers(page).last()).toContainText('loopback agent')
  await page.emulateMedia({ colorScheme: 'dark' })

  const pages = await readPdf(await page.pdf({ format: 'A4' }))

  const text = pages.map(({ text }) => text).join(' ')
  for (const words of ['Message 1.', 'Message 2.', 'Message 44.', 'Message 45.', 'the last line of what is folded', 'loopback agent'])
    expect(text).toContain(words)
  for (const words of ['New session', 'Drafts', 'Write a message', 'Show all', 'Copy code', 'began earlier'])
    expect(text).not.toContain(words)
  expect(pages.filter(({ text }) => !text.trim())).toEqual([])
  expect(pages.reduce((count, { pictures }) => count + pictures, 0)).toBe(1)

  const wide = (await readPdf(await page.pdf({ format: 'A4', landscape: true }))).map(({ text }) => text).join(' ')
  expect(wide).toContain('Message 1.')
  expect(wide, 'the list of sessions, for which there is room').not.toMatch(/New session|Drafts/)
})

test('a print of a part says that there is more', async ({ page, server }) => {
  const session = await seedSession(server, 'Long', 400)
  await openApp(page, `/session/${session}`)
  await expect(page.getByText('Message 400.')).toBeInViewport()

  const text = (await readPdf(await page.pdf({ format: 'A4' }))).map(({ text }) => text).join(' ')

  expect(text).toMatch(/The conversation began earlier: about \d+ more messages are not in this print\./)
  expect(text).toContain('Message 400.')
})

test('the keys that print load the rest of the conversation first, and can be called off', async ({ page, server }) => {
  const session = await seedSession(server, 'Long', 400)
  await page.addInitScript(() => {
    window.print = () => { document.documentElement.dataset.printed = String(document.querySelectorAll('article').length) }
  })
  await openApp(page, `/session/${session}`)
  await expect(page.getByText('Message 400.')).toBeInViewport()
  const known = history(page).locator('[data-key]') // those that are too far away to be drawn are there with their words
  await expect(known).toHaveCount(50)
  let release = () => {}
  const held = new Promise<void>((resolve) => { release = resolve })
  await page.route(/\/messages\?.*before=/, async (route) => {
    await held
    await route.continue()
  })
  const older = page.waitForRequest(/\/messages\?.*before=/)
  await history(page).evaluate(box => box.scrollTo(0, 0))
  await older // a page is being loaded already

  await page.keyboard.press('ControlOrMeta+P')
  await expect(page.getByRole('status').filter({ hasText: `Loading the whole conversation to print it: 50 messages` })).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).click()
  release()
  await expect(known).not.toHaveCount(50)
  await expect(page.locator('html')).not.toHaveAttribute('data-printed')

  await page.keyboard.press('ControlOrMeta+P')
  await expect(page.locator('html')).toHaveAttribute('data-printed', '400')
  const text = (await readPdf(await page.pdf({ format: 'A4' }))).map(({ text }) => text).join(' ')
  expect(text).toContain('Message 1.')
  expect(text).not.toMatch(/began earlier|Loading the whole/)
})

const COLUMNS = 12
const row = (words: (column: number) => string) => `|${Array.from({ length: COLUMNS }, (_, i) => words(i + 1)).join('|')}|`
const ANSWER = `## What broke first

See [the runbook](https://example.com/runbooks/checkout), https://status.example.com/today and

- [x] Alert on the age
- [ ] Load test
  - [ ] at night

${row(i => `Heading${i}`)}
${row(() => '---')}
${Array.from({ length: 30 }, (_, n) => row(i => i === 7 ? 'what it would have taken to notice it somewhat earlier' : `cell${n}x${i}`)).join('\n')}

\`\`\`ts
export const handler = async (event: CheckoutEvent, context: Context): Promise<Result> => { return await ${'withRetry('.repeat(30)}
\`\`\`

$$
${'\\frac{a}{b} + '.repeat(30)}c = d
$$

One ${'very_long_word_'.repeat(20)}end.`

/** Millimetres of paper between its margins, as pixels. */
const SHEETS = { A4: { width: 703, height: 1032 }, Letter: { width: 725, height: 964 } }

/** What a sheet of paper would cut off at its right edge, and grounds that are not white, or nearly. */
async function poorOnPaper(page: Page): Promise<string[]> {
  await page.emulateMedia({ media: 'print' })
  return page.evaluate(() => {
    const seen = [...document.querySelectorAll<HTMLElement>('main, main *, body, html')].filter(element => element.getClientRects().length && !element.closest('.source, .katex-mathml, svg, mrow *, .visually-hidden'))
    const nameOf = (element: Element) => `${element.localName}.${element.className}`
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
    const darkness = (colour: string) => {
      context.fillStyle = 'white'
      context.fillRect(0, 0, 1, 1)
      context.fillStyle = colour
      context.fillRect(0, 0, 1, 1)
      return Math.min(...context.getImageData(0, 0, 1, 1).data.slice(0, 3))
    }
    const cut = seen.filter(element => element.getBoundingClientRect().right > innerWidth + 1 || element.scrollWidth > Math.max(1, element.clientWidth) + 1 && getComputedStyle(element).overflowX !== 'visible')
    const dark = seen.filter(element => element.localName !== 'input' && darkness(getComputedStyle(element).backgroundColor) < 220)
    const faint = seen.filter(element => darkness(getComputedStyle(element).color) > 190 && element.textContent)
    return [...cut.map(element => `cut: ${nameOf(element)}`), ...dark.map(element => `dark: ${nameOf(element)}`), ...faint.map(element => `faint: ${nameOf(element)}`)]
  })
}

test('on paper nothing is cut at the edge, and ink is dark on white in the dark theme, too', async ({ page, server }) => {
  const session = await seedAnswer(server, ANSWER)
  await page.emulateMedia({ colorScheme: 'dark' })
  for (const size of Object.values(SHEETS)) {
    await page.setViewportSize(size)
    await openApp(page, `/session/${session}`)
    await expect(answers(page).last().locator('.math.drawn')).toBeVisible()
    expect(await poorOnPaper(page)).toEqual([])
    await page.emulateMedia({ media: null })
  }

  const pages = await readPdf(await page.pdf({ format: 'A4' }))
  const text = pages.map(({ text }) => text).join(' ')
  for (const words of ['An answer', 'Heading12', 'cell29x12', '(https://example.com/runbooks/checkout)', String(new Date().getFullYear())])
    expect(text).toContain(words)
  expect(text, 'is not today any more when it is read').not.toContain('Today')
  expect(text, 'an address that stands there already').not.toContain('(https://status')
})

test('pictures are whole and large on paper, and every file has its whole name', async ({ page, disk }) => {
  const name = 'Postmortem of the checkout latency and of the queue that grew in November, reviewed by operations.txt'
  await openApp(page)
  await attach(page, await disk.png('upright.png', { width: 300, height: 600 }), await disk.png('flat.png', { width: 800, height: 400 }), await disk.text(name))
  await expectSaved(page, ['upright.png', 'flat.png', name])
  await textbox(page).fill('Look')
  await send(page)
  await expectAgentDone(page)
  await page.setViewportSize(SHEETS.A4)

  expect(await poorOnPaper(page)).toEqual([])
  const shapes = await sent(page).locator('img').evaluateAll(pictures => pictures.map((picture) => {
    const { width, height } = picture.getBoundingClientRect()
    return { shape: Math.round(10 * width / height) / 10, width }
  }))
  expect(shapes.map(({ shape }) => shape)).toEqual([0.5, 2])
  expect(Math.min(...shapes.map(({ width }) => width))).toBeGreaterThan(150)

  const text = (await readPdf(await page.pdf({ format: 'A4' }))).map(({ text }) => text).join(' ').replaceAll(' ', '')
  for (const words of ['upright.png', 'flat.png', name])
    expect(text).toContain(words.replaceAll(' ', ''))
})

test('people outside print a conversation as well: whole, with addresses, in ink on white, formulas that are wider than the sheet, too', async ({ page, server, request }) => {
  const longer = ['\\lambda_{i} + ', '\\sqrt{x} = ', '\\sum_{i=1}^{n} a_i, '].map((term, i) => `$$\n${term.repeat(20 + 10 * i)}y\n$$`)
  const session = await seedAnswer(server, [ANSWER, ...longer, `$$\n${'x + '.repeat(300)}the_end\n$$`, `In a sentence $$${'x + '.repeat(40)}y$$ as well.`].join('\n\n'))
  const { url } = await (await request.post(`${server.url}/api/sessions/${session}/links`, { data: { days: 1 } })).json() as { url: string }
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize(SHEETS.A4)
  await page.goto(url)
  await expect(page.getByText('What broke first')).toBeVisible()

  expect(await poorOnPaper(page)).toEqual([])
  const text = (await readPdf(await page.pdf({ format: 'A4' }))).map(({ text }) => text).join(' ')
  for (const words of ['Heading12', 'cell29x12', '(https://example.com/runbooks/checkout)', 'the_end'])
    expect(text).toContain(words)
})
