import type { Locator, Page } from '@playwright/test'
import { pngBytes } from '../helpers/images.ts'
import { alerts, attachments, composer, expectSaved, newSession, openApp, preview, send, sessions, textbox, thumbnail, thumbnails } from './app.ts'
import { attach, copy, drag, dropFiles, paste } from './doors.ts'
import { expect, test } from './satchel.ts'

// Wherever on the page something is pasted or dropped, it is in a draft, and nothing is ignored without a word.

const picture = (seed: number) => Buffer.from(pngBytes({ width: 60, height: 50, seed })).toString('base64')
const pressPaste = (page: Page) => page.keyboard.press('ControlOrMeta+V')

test('what is pasted reaches the draft wherever the focus is', async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await disk.png('shot.png'))
  await expectSaved(page, ['shot.png'])
  let count = 1
  const expectPasted = async () => expect(thumbnails(composer(page))).toHaveCount(++count)

  // Nothing has the focus; a message is read; a button has it; the session is being named.
  await page.getByRole('log').click()
  await copy(page, { 'image/png': picture(1) })
  await pressPaste(page)
  await expectPasted()
  await paste(page, { 'image/png': picture(2) }, page.getByRole('button', { name: 'Attach files' }))
  await expectPasted()
  await page.getByRole('button', { name: 'Rename session' }).click()
  const title = page.getByRole('textbox', { name: 'Session title' })
  await paste(page, { 'image/png': picture(3) }, title)
  await expectPasted()
  await title.fill('')
  await paste(page, { 'text/plain': 'its own text' }, title)
  await expect(title).toHaveValue('its own text')
  await page.keyboard.press('Enter')
  await expect(textbox(page)).toHaveValue('')

  // Looking at a file.
  await thumbnail(composer(page), 'shot.png').click()
  await copy(page, { 'image/png': picture(4) })
  await pressPaste(page)
  await expect(preview(page).getByRole('button', { name: /^Show / })).toHaveCount(count + 1)
  await page.keyboard.press('Escape')
  await expectPasted()

  // Words, at the place where one had written.
  await textbox(page).fill('before after')
  await textbox(page).evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(7, 7))
  await paste(page, { 'text/plain': 'between ' }, sessions(page).getByRole('link').first())
  await expect(textbox(page)).toHaveValue('before between after')
  await expect(textbox(page)).toBeFocused()
})

test('what is pasted or dropped on another page is in the draft of the session that was open last, and that one is shown', async ({ page, disk }) => {
  await openApp(page)
  const session = page.url()
  await textbox(page).fill('the draft')

  for (const [i, name] of ['Drafts', 'Settings'].entries()) {
    await page.getByRole('link', { name: new RegExp(`^${name}`) }).click()
    await expect(page.getByRole('heading', { name })).toBeVisible()
    await paste(page, { 'text/plain': '' }, page.getByRole('heading', { name }))
    await expect(alerts(page)).toHaveText(/There was nothing on the clipboard/)
    await copy(page, { 'image/png': picture(i) })
    await pressPaste(page)
    await expect(page).toHaveURL(session)
    await expect(thumbnails(composer(page))).toHaveCount(i + 1)
    await expect(page.getByText('What you pasted is in the draft of this session.')).toBeVisible()
  }

  await page.getByRole('link', { name: /^Drafts/ }).click()
  await expect(alerts(page), 'told before, and not true any more').toHaveCount(0)
  await dropFiles(page, [await disk.png('dropped.png')])
  await expect(thumbnail(composer(page), 'dropped.png')).toBeVisible()

  // No session was open yet.
  await page.goto('/settings')
  await dropFiles(page, [await disk.png('fresh.png')])
  await expectSaved(page, ['fresh.png'])
  expect(page.url()).not.toBe(session)
})

test('words and links that are dropped anywhere are in the message', async ({ page }) => {
  await openApp(page)

  await (await drag(page, { words: 'some words ' }, page.getByRole('log'))).drop()
  await expect(textbox(page)).toHaveValue('some words ')
  await (await drag(page, { link: 'https://example.com/page' }, newSession(page))).drop()
  await expect(textbox(page)).toHaveValue('some words https://example.com/page')
})

test('what is dropped on a session of the list goes into its draft, and who rests on it while dragging is there', async ({ page, disk }) => {
  await openApp(page)
  await textbox(page).fill('the other')
  const other = page.url()
  await newSession(page).click()
  const here = page.url()
  const link = sessions(page).getByRole('link').filter({ hasText: 'the other' })

  await dropFiles(page, [await disk.png('for-the-other.png')], link)
  await expect(page.getByText('for-the-other.png is in the draft of “the other”.')).toBeVisible()
  expect(page.url()).toBe(here)
  await expect(attachments(composer(page))).toHaveCount(0)
  await dropFiles(page, [await disk.write('a.zip', 'PK\x03\x04\0\0')], link)
  await expect(page.getByRole('alert')).toContainText('a.zip was not attached to “the other”')

  const dragged = await drag(page, [await disk.png('second.png')], link)
  await expectMarked(link)
  await expect(page).toHaveURL(other)
  await dragged.moveTo(page.getByRole('log'))
  await dragged.drop()
  await expectSaved(page, ['for-the-other.png', 'second.png'])
  await expect(page.locator('[data-drop]')).toHaveCount(0)
})

const expectMarked = (link: Locator) => expect(link).toHaveCSS('outline-style', 'dashed')

test('of a picture with its address the address is pasted, and the picture offered beside it', async ({ page }) => {
  await openApp(page)
  const offer = page.getByRole('group', { name: 'Paste as' })
  const both = (seed: number) => ({ 'text/plain': 'https://example.com/a.png', 'image/png': picture(seed) })

  await paste(page, both(0), textbox(page))
  await offer.getByRole('button', { name: 'Picture' }).click()
  await expect(textbox(page)).toHaveValue('')
  await textbox(page).fill('look: ')
  await composer(page).getByRole('button', { name: /^Remove / }).click()
  await paste(page, both(1), textbox(page))
  await expect(textbox(page)).toHaveValue('look: https://example.com/a.png')
  await offer.getByRole('button', { name: 'Picture' }).click()
  await expect(textbox(page)).toHaveValue('look: ')
  await expect(thumbnails(composer(page))).toHaveCount(1)
  await expect(offer).toHaveCount(0)
  await expect(textbox(page)).toBeFocused()

  await paste(page, both(2), textbox(page))
  await offer.getByRole('button', { name: 'Both' }).click()
  await expect(textbox(page)).toHaveValue('look: https://example.com/a.png')
  await expect(thumbnails(composer(page))).toHaveCount(2)

  await page.getByRole('log').click()
  await paste(page, both(3), page.getByRole('button', { name: 'Attach files' }))
  await offer.getByRole('button', { name: 'Text' }).click()
  await expect(textbox(page)).toHaveValue('look: https://example.com/a.pnghttps://example.com/a.png')
  await expect(thumbnails(composer(page))).toHaveCount(2)
  await expect(offer).toHaveCount(0)
  await send(page)
})
