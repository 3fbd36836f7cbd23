import type { Locator, Page } from '@playwright/test'
import { attachments, composer, expectAgentDone, expectAgentReceived, expectAttachments, expectSaved, openApp, placeAtRest, preview, send, sent, textbox, thumbnail } from './app.ts'
import { attach } from './doors.ts'
import { readDrafts } from './draftDatabase.ts'
import { expect, test } from './satchel.ts'

const said = (page: Page) => composer(page).getByRole('status', { name: 'Order of the attachments' })

async function middle(of: Locator) {
  const { x, y, width, height } = await placeAtRest(of)
  return { x: x + width / 2, y: y + height / 2, width }
}

async function openWithThree(page: Page, disk: { png: (name: string) => Promise<{ name: string, path: string, sha256: string }> }) {
  const [a, b, c] = [await disk.png('a.png'), await disk.png('b.png'), await disk.png('c.png')]
  await openApp(page)
  await attach(page, a, b, c)
  await expectSaved(page, [a, b, c])
  await expect(said(page)).toBeAttached() // what moves them is there
  return { a, b, c }
}

test('attachments are dragged into another order, which a reload keeps and the agent is given; Escape leaves it as it was', async ({ page, disk }) => {
  const { a, b, c } = await openWithThree(page, disk)

  await pick(page, a.name)
  await page.mouse.move((await middle(thumbnail(composer(page), c.name))).x + 60, (await middle(thumbnail(composer(page), c.name))).y, { steps: 8 })
  await expectAttachments(composer(page), [b, c, a])
  await page.keyboard.press('Escape')
  await expectAttachments(composer(page), [a, b, c])
  await page.mouse.up()

  await pick(page, c.name)
  await page.mouse.move((await middle(thumbnail(composer(page), a.name))).x - 10, (await middle(thumbnail(composer(page), a.name))).y, { steps: 8 })
  await page.mouse.up()
  await expectAttachments(composer(page), [c, a, b])
  await expect(said(page)).toHaveText('c.png: 1 of 3')
  await expect(preview(page)).toHaveCount(0)
  await expect.poll(() => page.locator('.lifted, .ordering').count()).toBe(0)

  await thumbnail(composer(page), a.name).click() // a press that moves nothing opens it
  await expect(preview(page)).toBeVisible()
  await page.keyboard.press('Escape')

  await expectOrderKept(page, [c, a, b])
  await page.reload()
  await expectSaved(page, [c, a, b])
  await send(page)
  await expectAttachments(sent(page), [c, a, b])
  await expectAgentReceived(page, [c, a, b])
})

/** On the device, a moment after it is shown: what a page that is gone leaves. */
const expectOrderKept = (page: Page, files: readonly { name: string }[]) => expect.poll(async () => {
  const { messages, medias } = await readDrafts(page)
  return Object.values(messages).map(({ mediaIds = [] }) => mediaIds.map(id => medias.find(media => media.id === id)?.name))
}).toContainEqual(files.map(({ name }) => name))

async function pick(page: Page, name: string) {
  const { x, y } = await middle(thumbnail(composer(page), name))
  await page.mouse.move(x, y)
  await page.mouse.down()
}

test('with keys an attachment moves before or behind its neighbour, keeps the focus, is announced, and taken back', async ({ page, disk }) => {
  const { a, b, c } = await openWithThree(page, disk)
  await thumbnail(composer(page), a.name).focus()

  await page.keyboard.press('Control+ArrowRight')
  await page.keyboard.press('Control+ArrowRight')

  await expectAttachments(composer(page), [b, c, a])
  await expect(said(page)).toHaveText('a.png: 3 of 3')
  await expect(thumbnail(composer(page), a.name)).toBeFocused()
  await page.keyboard.press('Control+ArrowRight')
  await expectAttachments(composer(page), [b, c, a])
  await page.keyboard.press('Control+ArrowLeft')
  await expectAttachments(composer(page), [b, a, c])
  await page.keyboard.press('Control+z')
  await expectAttachments(composer(page), [b, c, a])

  await composer(page).getByRole('button', { name: 'Remove c.png' }).click()
  await page.getByRole('status', { name: 'Undo' }).getByRole('button', { name: 'Undo', exact: true }).click()
  await expectAttachments(composer(page), [b, c, a])
  await expectOrderKept(page, [b, c, a])
  await page.reload()
  await expectSaved(page, [b, c, a])
})

test('files of a message that is edited stand between new ones, by mouse and key, and the agent is given them so', async ({ page, disk }) => {
  const [a, b, c] = [await disk.png('a.png'), await disk.png('b.png'), await disk.png('c.png')]
  await openApp(page)
  await textbox(page).fill('first')
  await attach(page, a, b)
  await expectSaved(page, [a, b])
  await send(page)
  await expectAgentDone(page)
  await sent(page).first().hover()
  await sent(page).first().getByRole('button', { name: 'Edit' }).click()
  await expectAttachments(composer(page), [a, b])
  await attach(page, c)
  await expectSaved(page, [a, b, c])
  await expect(said(page)).toBeAttached()

  await pick(page, c.name)
  await page.mouse.move((await middle(thumbnail(composer(page), a.name))).x - 10, (await middle(thumbnail(composer(page), a.name))).y, { steps: 8 })
  await page.mouse.up()
  await expectAttachments(composer(page), [c, a, b])
  await thumbnail(composer(page), b.name).focus()
  await page.keyboard.press('Control+ArrowLeft')
  await page.keyboard.press('Control+ArrowLeft')
  await expectAttachments(composer(page), [b, c, a])
  await expectOrderKept(page, [b, c, a])
  await page.reload()
  await expectSaved(page, [b, c, a])

  await send(page)
  await expectAgentDone(page)
  await expectAttachments(sent(page), [b, c, a])
  await expectAgentReceived(page, [b, c, a])
})

test.describe('with a finger', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })

  test('an attachment that it rests on is taken and moved; one that it strokes over scrolls @chromium', async ({ page, disk }) => {
    const { a, b, c } = await openWithThree(page, disk)
    const cdp = await page.context().newCDPSession(page)
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x = 0, y = 0) =>
      cdp.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] })
    const first = await middle(thumbnail(composer(page), a.name))
    const last = await middle(thumbnail(composer(page), c.name))

    await touch('touchStart', last.x, last.y)
    await touch('touchMove', last.x - 20, last.y)
    await touch('touchMove', first.x, first.y)
    await touch('touchEnd')
    await expectAttachments(composer(page), [a, b, c])

    await touch('touchStart', first.x, first.y)
    await expect(attachments(composer(page)).locator('.lifted')).toHaveCount(1)
    await touch('touchMove', first.x + 30, first.y)
    await touch('touchMove', last.x + 30, last.y)
    await expectAttachments(composer(page), [b, c, a])
    await touch('touchEnd')

    await expect(said(page)).toHaveText('a.png: 3 of 3')
    await expect(preview(page)).toHaveCount(0)
    await page.reload()
    await expectSaved(page, [b, c, a])
  })
})
