import { answers, composer, expectAccepted, expectAgentDone, expectSaved, openApp, send, sendButton, sent, sessionId, textbox, thumbnails } from './app.ts'
import { attach } from './doors.ts'
import { savedText } from './draftDatabase.ts'
import { getMessages, getSent, getSentIfAny } from './rest.ts'
import { expect, test } from './satchel.ts'

const LONG = 'To make a long story short, it went on and on. '.repeat(80)

test('Enter sends, and Shift+Enter breaks the line', async ({ page }) => {
  await openApp(page)
  await textbox(page).pressSequentially('first line')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('second line')
  await expect(textbox(page)).toHaveValue('first line\nsecond line')

  await page.keyboard.press('Enter')

  await expectAccepted(page)
  expect(await getSent(page, sessionId(page))).toMatchObject([{ text: 'first line\nsecond line' }])
  await expect(textbox(page)).toBeFocused()
})

test('a held Enter sends one message, and leaves no empty lines behind', async ({ page }) => {
  await openApp(page)
  await textbox(page).fill('just one')
  for (let i = 0; i < 20; i++)
    await page.keyboard.down('Enter') // after the first the keyboard repeats itself
  await page.keyboard.up('Enter')

  await expectAccepted(page)
  await expectAgentDone(page)
  expect(await getSent(page, sessionId(page))).toHaveLength(1)
})

test('Enter that ends the composition of an input method does not send', async ({ page }) => {
  await openApp(page)
  const cdp = await page.context().newCDPSession(page)
  await textbox(page).pressSequentially('Japan: ')

  await cdp.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 })
  await page.keyboard.press('Enter')
  await expect(sent(page)).toHaveCount(0)
  await cdp.send('Input.insertText', { text: '日本' })
  await expect(textbox(page)).toHaveValue(/^Japan: 日本/)
  await expect(sent(page)).toHaveCount(0)

  await page.keyboard.press('Enter')
  await expectAccepted(page)
  await expect(sent(page)).toContainText('Japan: 日本')
})

test('what an input method is composing is saved as it is typed, and can be sent by the button', async ({ page }) => {
  await openApp(page)
  const cdp = await page.context().newCDPSession(page)
  const composed = 'きょうはいいてんきですね、さんぽにいきましょう'
  for (let i = 1; i <= composed.length; i++)
    await cdp.send('Input.imeSetComposition', { text: composed.slice(0, i), selectionStart: i, selectionEnd: i })

  await expect(sendButton(page)).toBeEnabled()
  await expect.poll(() => savedText(page, sessionId(page))).toBe(composed)
  for (const key of ['Escape', 'Enter']) {
    await textbox(page).dispatchEvent('keydown', { key, isComposing: true })
    await textbox(page).dispatchEvent('keydown', { key, keyCode: 229 })
  }
  await expect(sent(page)).toHaveCount(0)
  await expect(textbox(page)).toHaveValue(composed)

  await send(page)
  await expect(sent(page)).toHaveText([new RegExp(composed)])
  await expect(textbox(page)).toHaveValue('')
})

test('a page that is closed with Enter leaves the words in the composer or on their way, once', async ({ page }) => {
  await openApp(page)
  const address = page.url()
  const id = sessionId(page)
  for (let i = 0; i < 5; i++) {
    const tab = await page.context().newPage()
    await tab.goto(address)
    await expect(textbox(tab)).toBeEditable()
    const before = await textbox(tab).inputValue()
    await textbox(tab).press('End')
    await tab.keyboard.type(`word${i}`)
    void tab.keyboard.press('Enter').catch(() => undefined)
    await tab.close()
    expect(before).not.toContain(`word${i}`)
  }
  const last = await page.context().newPage()
  await last.goto(address)
  await expect(textbox(last)).toBeEditable()
  const everywhere = async () => [await textbox(last).inputValue(), ...(await getSentIfAny(last, id)).map(({ text }) => text)].join(' ')
  for (let i = 0; i < 5; i++)
    await expect.poll(async () => (await everywhere()).split(`word${i}`).length - 1).toBe(1)
})

test.describe('on a touch screen', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 800 } })

  test('Enter breaks the line, and the button sends', async ({ page }) => {
    await openApp(page)
    await textbox(page).tap()
    await page.keyboard.type('milk')
    await page.keyboard.press('Enter')
    await page.keyboard.type('eggs')
    await expect(textbox(page)).toHaveValue('milk\neggs')

    await composer(page).getByRole('button', { name: 'Send' }).tap()
    await expectAccepted(page)
    expect(await getSent(page, sessionId(page))).toMatchObject([{ text: 'milk\neggs' }])
  })
})

test('typing after attaching keeps the files, and attaching after typing keeps the text', async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await disk.png('one.png'))
  await expectSaved(page, ['one.png'])
  await textbox(page).pressSequentially('some words')
  await attach(page, await disk.png('two.png'))
  await expectSaved(page, ['one.png', 'two.png'])
  await textbox(page).press('End')
  await page.keyboard.type(' and more')
  await expect.poll(() => savedText(page, sessionId(page))).toBe('some words and more')

  await page.reload()

  await expect(textbox(page)).toHaveValue('some words and more')
  await expectSaved(page, ['one.png', 'two.png'])
})

test('what was typed right before a reload is there after it', async ({ page }) => {
  await openApp(page)
  await textbox(page).pressSequentially('not a moment to lose')

  await page.reload()

  await expect(textbox(page)).toHaveValue('not a moment to lose')
})

test('the text grows with what is in it, and stays within the window', async ({ page }) => {
  await openApp(page)
  const height = async () => (await textbox(page).boundingBox())!.height
  const small = await height()

  await textbox(page).fill('one\ntwo\nthree\nfour')
  await expect.poll(height).toBeGreaterThan(small * 1.5)

  await textbox(page).fill('line\n'.repeat(200))
  await expect(composer(page).getByRole('button', { name: 'Send' })).toBeInViewport()
  await expect(textbox(page)).toBeInViewport({ ratio: 1 })
})

test('an answer that was stopped keeps what was said so far, for good', async ({ page, server }) => {
  await openApp(page)
  await textbox(page).fill(LONG)
  await send(page)
  await page.waitForFunction(() => document.querySelector('[aria-label="Agent"]')?.textContent.includes('a long story'))

  server.pause() // or it might come to its end before anybody can press a button
  await composer(page).getByRole('button', { name: 'Stop' }).click()
  server.resume()

  await expect(answers(page)).toContainText('Stopped')
  await expectAgentDone(page)
  const answer = (await getMessages(page, sessionId(page))).at(-1)!
  expect(answer).toMatchObject({ role: 'assistant', status: 'cancelled' })
  expect(answer.text).toContain('a long story')
  expect(answer.text.length).toBeLessThan(LONG.length)

  await page.reload()
  await expect(answers(page)).toContainText('a long story')
  await expect(answers(page)).toContainText('Stopped')
})

test('while one writes, and pauses, and it is saved, the attachments stay where they are', async ({ page, disk }) => {
  await openApp(page)
  const files = await Promise.all(Array.from({ length: 12 }, (_, i) => disk.png(`${i}.png`)))
  await attach(page, ...files)
  await expectSaved(page, files)
  const state = composer(page).getByRole('note', { name: 'Draft' })
  await expect(state).toHaveText('Saved on this device')

  await thumbnails(composer(page)).last().evaluate((last) => {
    const seen = { words: new Set<string>(), places: new Set<number>() }
    const look = () => {
      seen.words.add(document.querySelector('[role="note"][aria-label="Draft"]')?.textContent?.trim() ?? '')
      seen.places.add(last.getBoundingClientRect().left)
      requestAnimationFrame(look)
    }
    look()
    Object.assign(window, { seen: () => ({ words: [...seen.words].sort(), places: seen.places.size }) })
  })
  await textbox(page).pressSequentially('some words')

  const seen = () => page.evaluate(() => (window as unknown as { seen: () => unknown }).seen())
  await expect.poll(seen).toMatchObject({ words: ['Being saved', 'Saved on this device'] })
  await expect(state).toHaveText('Saved on this device')
  expect(await seen()).toMatchObject({ places: 1 })
})
