import type { Page } from '@playwright/test'
import { readPdf } from '../helpers/pdfText.ts'
import { answers, history, textbox } from './app.ts'
import { expect, test } from './satchel.ts'
import { seedAnswer } from './seeding.ts'
import type { Server } from './serverProcess.ts'

const PARAGRAPHS = 1500
const ALL = Array.from({ length: PARAGRAPHS }, (_, i) => i + 1)
const ANSWER = ALL.map(number => `Paragraph ${number}. It has **some** words, and then some more of them.`).join('\n\n')

const paragraph = (page: Page, number: number) => answers(page).locator('p').filter({ hasText: new RegExp(`^Paragraph ${number}\\.`) })
const drawn = (page: Page) => answers(page).locator('p').count()
const numbersIn = (text: string | undefined) => [...text?.matchAll(/Paragraph (\d+)\./g) ?? []].map(([, number]) => Number(number))

async function openAnswer(page: Page, server: Server, text = ANSWER) {
  await page.goto(`/session/${await seedAnswer(server, text)}`)
  await expect(paragraph(page, PARAGRAPHS)).toBeInViewport()
  await expect(textbox(page)).toBeFocused() // what comes later would take the focus back
}

const scrollTo = (page: Page, part: number) => history(page).evaluate((box, part) => { box.scrollTop = part * (box.scrollHeight - box.clientHeight) }, part)

test('of a long answer only what is near the window is drawn, and whoever scrolls or looks for words is led to any part of it', async ({ page, server }) => {
  await openAnswer(page, server)
  await expect.poll(() => drawn(page)).toBeLessThan(400)

  await scrollTo(page, 0)
  await expect(paragraph(page, 1)).toBeInViewport()
  await expect.poll(() => drawn(page)).toBeLessThan(400)

  // As a browser's own search does, which no test can open.
  await page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<a id="to" style="position: fixed; inset: 0 auto auto 0; z-index: 9" href="#:~:text=Paragraph%20777.">To it</a>'))
  await page.locator('#to').click()

  await expect(paragraph(page, 777)).toBeInViewport()
  await expect.poll(() => drawn(page)).toBeLessThan(400)
})

test('what is marked in a long answer stays marked wherever one goes, and what is copied of it has no holes', async ({ page, server }) => {
  await openAnswer(page, server)
  await scrollTo(page, 0)
  await paragraph(page, 1).click({ position: { x: 1, y: 8 } })
  await scrollTo(page, 1)
  await expect(paragraph(page, PARAGRAPHS)).toBeInViewport()
  await paragraph(page, PARAGRAPHS).click({ modifiers: ['Shift'] })
  await scrollTo(page, 0.5)

  await expect.poll(() => page.evaluate(() => getSelection()?.toString()).then(numbersIn)).toEqual(ALL)
})

test('all of a long answer is printed', async ({ page, server }) => {
  await openAnswer(page, server)

  const pages = await readPdf(await page.pdf({ format: 'A4' }))

  expect(numbersIn(pages.map(({ text }) => text).join(' '))).toEqual(ALL)
})

test('what is being read in a long answer stays where it is while what is around it is drawn', async ({ page, server }) => {
  await openAnswer(page, server)
  for (const part of [0.8, 0.5, 0.2]) {
    await scrollTo(page, part)
    const read = await inTheMiddle(page)
    const top = () => paragraph(page, read).evaluate(element => element.getBoundingClientRect().top)
    const before = await top()
    await history(page).evaluate(box => new Promise(resolve => box.ownerDocument.defaultView?.requestIdleCallback(resolve)))
    await expect(paragraph(page, read)).toBeInViewport()
    expect(Math.abs(await top() - before)).toBeLessThan(2)
  }
})

/** The number of a paragraph that is seen, once one is. */
async function inTheMiddle(page: Page): Promise<number> {
  const found = () => history(page).evaluate((box) => {
    const { top, height } = box.getBoundingClientRect()
    const below = (element: Element) => element.getBoundingClientRect().top - top - height / 2
    return [...box.querySelectorAll('article p')].find(element => below(element) > 0 && below(element) < height / 2)?.textContent
  })
  await expect.poll(found).toContain('Paragraph')
  return numbersIn(await found() ?? '')[0] ?? 0
}

test('a note at the end of a long answer is reached from its mark, and leads back', async ({ page, server }) => {
  await openAnswer(page, server, `Here is a mark[^1].\n\n${ANSWER}\n\n[^1]: What is noted.\n`)
  await scrollTo(page, 0)

  await answers(page).getByRole('link', { name: 'Footnote 1', exact: true }).click()
  await expect(answers(page).getByText('What is noted.')).toBeInViewport()
  await answers(page).getByRole('link', { name: 'Back to footnote 1' }).click()
  await expect(answers(page).getByText('Here is a mark')).toBeInViewport()
})
