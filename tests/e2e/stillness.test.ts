import type { Page } from '@playwright/test'
import { answers, composer, expectAgentDone, expectSaved, history, openApp, placeAtRest, preview, sendButton, sent, sessions, textbox, thumbnail } from './app.ts'
import { attach } from './doors.ts'
import { expect, test } from './satchel.ts'
import { seedAnswer } from './seeding.ts'
import { beginWatching, expectNothingMoved, watchPlaces } from './stillness.ts'
import { sayInstead } from './streamed.ts'

/** Words of which each is there once: what moves is known by them. */
function numbered(word: string) {
  let count = 0
  return (much: number) => Array.from({ length: much }, () => `${word}${String(++count).padStart(3, '0')}`).join(' ')
}

/** All that an answer is made of, as it comes: in pieces of some characters, which end in the middle of words and marks. */
function answerInPieces(): string[] {
  const say = numbered('word')
  const answer = [
    `${say(20)}[^1] ${say(12)}[^2], ${say(8)}`, `## ${say(3)}`, `${say(12)}:\n- ${say(14)}\n- **${say(2)}** ${say(5)}\n  1. ${say(4)}\n  2. ${say(3)}`,
    `\`\`\`ts\nconst ${say(1)} = '${say(1)}' // ${say(3)}\nreturn ${say(2)}\n\`\`\``, say(30),
    `| ${say(1)} | ${say(1)} |\n|---|--:|\n| ${say(3)} | 41 ms |\n| ${say(1)} | 3 MB |`, `${say(5)} \\(x^2 + y^2\\) ${say(14)}`,
    `$$\\frac{a}{b} + \\sum_{i=0}^{n} i$$`, `> ${say(20)}`, `- [x] ${say(3)}\n- [ ] ${say(2)}`, say(45), `---`, say(26), `[^1]: ${say(6)}\n[^2]: ${say(4)}`,
  ].join('\n\n')
  return answer.match(/[^]{1,18}/g) ?? []
}

/** Fills a window. */
const first = numbered('first')
const FIRST = Array.from({ length: 60 }, () => first(8)).join('\n\n')

/** Opens a session that fills the window, and has something asked in it that is answered in these pieces. */
async function ask(page: Page, session: string, pieces: readonly string[]) {
  await watchPlaces(page)
  await sayInstead(page, pieces)
  await page.goto(`/session/${session}`)
  await expect(answers(page)).toContainText('first480')
  await textbox(page).fill(`/think thought1 thought2\n/write a.txt one\n/slow ${pieces.length}`)
  await sendButton(page).click()
  await expect(answers(page)).toHaveCount(2)
}

for (const [device, viewport] of [['a desk', { width: 1280, height: 800 }], ['a phone', { width: 360, height: 740 }]] as const) {
  test.describe(`on ${device}`, () => {
    test.use({ viewport })

    test('who reads along with an answer sees it grow at its end, and nothing jump: not when code is coloured, when a formula is drawn, nor at its end', async ({ page, server }) => {
      await ask(page, await seedAnswer(server, FIRST), answerInPieces())
      await beginWatching(page, 'along')
      await expect(answers(page).last()).toContainText('word200')
      await expectAgentDone(page)
      await expect(answers(page).last().locator('.code-keyword').first()).toBeAttached()
      await expectNothingMoved(page, 'an answer grew', 'word200')
    })

    test('who has scrolled up reads on where they were while an answer grows below', async ({ page, server }) => {
      await ask(page, await seedAnswer(server, FIRST), answerInPieces())
      await expect(answers(page).last()).toContainText('word060')
      await history(page).hover()
      await page.mouse.wheel(0, -150)
      await expect(page.getByRole('button', { name: 'Jump to the newest message' })).toBeVisible()
      await beginWatching(page, 'here')
      await expect(answers(page).last()).toContainText('word200')
      await expectAgentDone(page)
      await expect(composer(page).getByRole('meter')).toBeVisible()
      await expectNothingMoved(page, 'an answer grew below', 'word020')
    })
  })
}

for (const [width, height] of [[1280, 800], [360, 740]] as const) {
  test.describe(`${width} px wide`, () => {
    test.use({ viewport: { width, height } })

    test('what tells that the server is away lies over no message of a short conversation, and moves nothing in a long one, read at its end or further up', async ({ page, server }) => {
      const [long, short] = [await seedAnswer(server, FIRST), await seedAnswer(server, 'short001')]
      const away = page.getByRole('region', { name: 'Server' }).locator('.away')
      await page.goto(`/session/${short}`)
      await expect(answers(page)).toContainText('short001')
      const before = await placeAtRest(sent(page))
      await server.kill()
      const told = await placeAtRest(away)
      expect((await placeAtRest(history(page).getByText('Today', { exact: true }))).y, 'what the conversation begins with').toBeGreaterThanOrEqual(told.y + told.height)
      await server.restart()
      await expect(away).toHaveCount(0)
      expect(await placeAtRest(sent(page))).toEqual(before)

      await watchPlaces(page)
      for (const up of [0, 150]) {
        await page.goto(`/session/${long}`)
        await expect(answers(page)).toContainText('first480')
        await expect(composer(page).getByRole('button', { name: /^Model: / })).toBeVisible()
        await history(page).hover()
        await page.mouse.wheel(0, -up)
        await expect(page.getByRole('button', { name: 'Jump to the newest message' })).toHaveCount(up ? 1 : 0)
        await placeAtRest(answers(page))
        await beginWatching(page, 'here')
        await server.kill()
        await expect(away).toBeVisible()
        await server.restart()
        await expect(away).toHaveCount(0)
        await expectNothingMoved(page, `the server was away, ${up} px from the end`, up ? 'first440' : 'first480')
      }
    })
  })
}

test('nothing jumps while a session is opened, by its address and from another page: not when its texts, code and formulas are drawn', async ({ page, server }) => {
  const session = await seedAnswer(server, `${answerInPieces().join('')}\n\n\`\`\`ts\nconst last001 = 'last002'\n\`\`\``)
  await watchPlaces(page)
  await page.goto(`/session/${session}`)
  const isWhole = async () => {
    await expect(answers(page).locator('.code').last().locator('.code-keyword').first()).toBeAttached()
    await expect(answers(page).locator('.math:not(.drawn)')).toHaveCount(0)
    await expect(composer(page).getByRole('button', { name: /^Model: / })).toBeVisible()
  }
  await isWhole()
  await expectNothingMoved(page, 'a session was opened by its address', 'word200')

  await page.getByRole('link', { name: 'Settings' }).click()
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible()
  await beginWatching(page, 'here')
  await sessions(page).getByRole('link', { name: 'An answer' }).click()
  await isWhole()
  await expectNothingMoved(page, 'a session was opened from the settings')
})

test('nothing jumps while the app is opened', async ({ page }) => {
  const cdp = await page.context().newCDPSession(page)
  await watchPlaces(page)
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 6 }) // as on a small telephone: parts come one after the other
  await openApp(page)
  await expect(composer(page).getByRole('button', { name: /^Model: / })).toBeVisible()
  await expect(history(page).getByText('Drop files anywhere')).toBeVisible()
  await expectNothingMoved(page, 'the app was opened', 'button Search')
})

test('nothing jumps while files are looked at, while one searches, and in the settings', async ({ page, disk }) => {
  await watchPlaces(page)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await openApp(page)
  const files = [await disk.screenshot('shot.png'), await disk.pdf(), await disk.text()]
  await attach(page, ...files)
  await expectSaved(page, files)
  await textbox(page).fill('a draft')
  await expect(composer(page).getByTitle('Saved on this device')).toBeVisible()

  await beginWatching(page, 'here')
  for (const { name } of files) {
    await thumbnail(composer(page), name).click()
    await expect(preview(page).locator('img, canvas, pre').first()).toBeVisible()
    await expectNothingMoved(page, `${name} was looked at`)
    await page.keyboard.press('Escape')
    await expect(page.locator('dialog[open]')).toHaveCount(0)
  }
  await expectNothingMoved(page, 'files were looked at')

  await page.keyboard.press('Control+k')
  const search = page.getByRole('dialog', { name: 'Search' })
  await expect(search).toBeVisible()
  await search.getByRole('combobox').fill('draft')
  await expect(search.getByRole('option').first()).toBeVisible()
  await expectNothingMoved(page, 'something was searched')
  await page.keyboard.press('Escape')

  await beginWatching(page, 'here')
  await page.getByRole('link', { name: 'Settings' }).click()
  await expect(page.getByRole('region', { name: 'Lock the drafts on this device' })).toBeVisible()
  await expectNothingMoved(page, 'the settings were opened')
})
