import {
  alerts, answers, composer, connection, expectAccepted, expectAgentDone, expectAgentReceived, expectAttachments, expectSaved, history, openApp, placeAtRest, preview,
  send, sendButton, sent, sessionId, textbox, thumbnail, undo,
} from './app.ts'
import { attach } from './doors.ts'
import { readDrafts, replaceBytes } from './draftDatabase.ts'
import { getMessages, getSent, servedHashes } from './rest.ts'
import { expect, test } from './satchel.ts'

const NOTHING = { messages: {}, sessions: {}, medias: [], thumbnails: [], outbox: [], deletions: 0 }

test('what is sent while the server is down waits in the history, and is accepted once when the server is back', async ({ page, server, disk }) => {
  const files = [await disk.screenshot('shot.png'), await disk.text()]
  await openApp(page)
  await textbox(page).fill('Are you there?')
  await attach(page, ...files)
  await expectSaved(page, files)
  await expect(connection(page)).toHaveText('Connected')

  await server.kill()
  await sendButton(page).click()

  await expect(sent(page)).toContainText('Are you there?')
  await expect(sent(page)).toContainText('Waiting')
  await expectAttachments(sent(page), files)
  await expect(sent(page).locator('img'), 'the picture itself, not its thumbnail enlarged').toHaveJSProperty('naturalWidth', 880)
  await expect(textbox(page)).toHaveValue('')
  await expect(textbox(page)).toBeEditable()
  await expectAttachments(composer(page), [])
  await expect(connection(page)).toHaveText(/Offline|Reconnecting/)
  expect((await readDrafts(page)).medias).toHaveLength(2)

  await server.restart()

  await expectAccepted(page)
  await expect(connection(page)).toHaveText('Connected')
  await expect(sent(page)).toHaveCount(1)
  await expectAgentReceived(page, files)
  expect(await getSent(page, sessionId(page))).toHaveLength(1)
  await expect.poll(() => readDrafts(page)).toEqual(NOTHING)
})

test('what was being sent when the page was reloaded is sent as the same message, once', async ({ page, server, disk }) => {
  const file = await disk.png()
  await openApp(page)
  const address = page.url()
  await textbox(page).fill('Hold this for me')
  await attach(page, file)
  await expectSaved(page, [file])
  await server.kill()
  await sendButton(page).click()
  await expect.poll(async () => (await readDrafts(page)).outbox).toHaveLength(1)
  const messageId = (await readDrafts(page)).outbox[0]!.id
  await expect(page.reload()).rejects.toThrow(/ERR_CONNECTION_REFUSED|netError|NS_ERROR/)

  await server.restart()
  await page.goto(address)

  await expect(sent(page)).toContainText('Hold this for me')
  await expectAgentReceived(page, [file])
  await expectAccepted(page)
  await expect(sent(page)).toHaveCount(1)
  expect(await getSent(page, sessionId(page))).toMatchObject([{ clientMessageId: messageId, text: 'Hold this for me' }])
  await expect.poll(() => readDrafts(page)).toEqual(NOTHING)
})

test('what the server has accepted outlives its sudden end', async ({ page, server, disk }) => {
  const files = [await disk.screenshot('shot.png'), await disk.pdf()]
  await openApp(page)
  await textbox(page).fill('Do not forget')
  await attach(page, ...files)
  await expectSaved(page, files)

  await send(page)
  await server.kill()
  await server.restart()
  await page.reload()

  await expect(sent(page)).toContainText('Do not forget')
  await expect(sent(page)).toHaveCount(1)
  await expectAttachments(sent(page), files)
  expect(await servedHashes(page)).toEqual(files.map(({ sha256 }) => sha256))
})

test('a message whose acknowledgement was lost on the way is not sent twice', async ({ page, disk }) => {
  const file = await disk.png()
  let lost = 0
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer()
    server.onMessage((frame) => {
      if (lost || !String(frame).startsWith('{"type":"message_accepted"'))
        return socket.send(frame)
      lost++
      void socket.close()
    })
  })
  await openApp(page)
  await textbox(page).fill('Only once')
  await attach(page, file)
  await expectSaved(page, [file])

  await send(page)

  await expectAgentReceived(page, [file])
  expect(lost).toBe(1)
  await expect(sent(page)).toHaveCount(1)
  expect(await getSent(page, sessionId(page))).toHaveLength(1)
})

test('a refused message says why and stays, also after a reload; edited and without the bad file it goes', async ({ page, disk }) => {
  const files = [await disk.png('good.png'), await disk.png('damaged.png')]
  await openApp(page)
  await textbox(page).fill('Have a look')
  await attach(page, ...files)
  await expectSaved(page, files)
  await replaceBytes(page, 'damaged.png', Buffer.from('<!doctype html>').toString('base64'))
  await page.reload() // this tab still has what was attached in it, ready to be sent
  await expectSaved(page, files)

  await sendButton(page).click()

  await expect(alerts(page)).toContainText('Not sent.')
  await expect(alerts(page)).toContainText('damaged.png')
  await expect(alerts(page)).toContainText(/its bytes are/)
  await expectAttachments(sent(page), files)
  await textbox(page).fill('and this')

  await page.reload()
  await expect(sent(page)).toContainText('Not sent.')
  await expectAttachments(sent(page), files)
  await sent(page).getByRole('button', { name: 'Edit' }).click()
  await expect(textbox(page)).toHaveValue('Have a look\nand this')
  await expect(textbox(page)).toBeFocused()
  await expect(sent(page)).toHaveCount(0)
  await expectSaved(page, files)
  await composer(page).getByRole('button', { name: 'Remove damaged.png' }).click()
  await expectSaved(page, ['good.png'])
  await send(page)
  await expectAgentReceived(page, [files[0]!])
})

test('a refused message holds nobody up, and can be discarded, which can be undone', async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await disk.png('damaged.png'))
  await expectSaved(page, ['damaged.png'])
  await replaceBytes(page, 'damaged.png', Buffer.from('<!doctype html>').toString('base64'))
  await page.reload() // this tab still has what was attached in it, ready to be sent
  await expectSaved(page, ['damaged.png'])
  await sendButton(page).click()
  await expect(alerts(page)).toContainText('damaged.png')

  await textbox(page).fill('Go on without it')
  await sendButton(page).click()
  await expect(answers(page)).toContainText('Go on without it')

  await sent(page).getByRole('button', { name: 'Discard' }).click()
  await expect(sent(page)).toHaveCount(1)
  await expect.poll(() => readDrafts(page)).toEqual(NOTHING)
  await undo(page).click()
  await expect(alerts(page)).toContainText('damaged.png')
  await expectAttachments(sent(page).last(), ['damaged.png'])
  expect((await readDrafts(page)).medias).toHaveLength(1)
})

test('several messages in a row are answered in their order', async ({ page }) => {
  await openApp(page)
  for (const [i, text] of ['first', 'second', 'third'].entries()) {
    await textbox(page).fill(text)
    await send(page)
    await expect(answers(page)).toHaveCount(i + 1) // begun, which gives it its place: what is sent before that stands above it
  }

  await expect(answers(page).last()).toContainText('third')
  await expect(history(page).getByRole('article')).toContainText(['first', 'first', 'second', 'second', 'third', 'third'])
  const messages = await getMessages(page, sessionId(page))
  expect(messages.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6])
})

// Elsewhere the browser's own clock says what a double click is, and a busy machine is too slow for it.
test('who clicks twice on Send sends once, and no picture opens that has come under the pointer @chromium', async ({ page, disk }) => {
  await page.setViewportSize({ width: 1280, height: 620 })
  await openApp(page)
  await attach(page, await disk.png('tall.png', { width: 900, height: 700 }))
  await expectSaved(page, ['tall.png'])
  await textbox(page).fill('look')
  const { x, y } = await placeAtRest(sendButton(page))
  const at = [x + 8, y + 8] as const
  await page.mouse.click(...at)
  const picture = thumbnail(sent(page), 'tall.png')
  await expect.poll(() => picture.evaluate((button, [left, top]) => button.contains(document.elementFromPoint(left, top)), at)).toBe(true)
  await page.mouse.down({ clickCount: 2 })
  await page.mouse.up({ clickCount: 2 })
  await expectAgentDone(page)
  await expect(preview(page)).toHaveCount(0)
  await expect(sent(page)).toHaveCount(1)

  await picture.click()
  await expect(preview(page)).toBeVisible()
})
