import {
  alerts, answers, composer, connection, expectAccepted, expectAgentReceived, expectAttachments, expectSaved, history, openApp, send,
  sendButton, sent, sessionId, textbox,
} from './app.ts'
import { attach } from './doors.ts'
import { readDrafts, replaceBytes } from './draftDatabase.ts'
import { getMessages, getSent, servedHashes } from './rest.ts'
import { expect, test } from './satchel.ts'

const NOTHING = { messages: {}, sessions: {}, medias: [], thumbnails: [] }

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
  await expect(sent(page)).toContainText('Sending…')
  await expectAttachments(sent(page), files)
  await expect(textbox(page)).not.toBeEditable()
  await expect(sendButton(page)).toBeDisabled()
  await expect(composer(page).getByRole('button', { name: 'Attach files' })).toBeDisabled()
  await expect(composer(page).getByRole('button', { name: /^Remove /, disabled: false })).toHaveCount(0)
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
  await expect.poll(async () => (await readDrafts(page)).messages[sessionId(page)]?.messageId).toBeTruthy()
  const { messageId } = (await readDrafts(page)).messages[sessionId(page)]!
  await expect(page.reload()).rejects.toThrow('ERR_CONNECTION_REFUSED')

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

test('a refused message leaves text and files as they were, and says why; without the bad file it goes', async ({ page, disk }) => {
  const files = [await disk.png('good.png'), await disk.png('damaged.png')]
  await openApp(page)
  await textbox(page).fill('Have a look')
  await attach(page, ...files)
  await expectSaved(page, files)
  await replaceBytes(page, 'damaged.png', Buffer.from('<!doctype html>').toString('base64'))
  await page.reload() // this tab still has what was attached in it, ready to be sent
  await expectSaved(page, files)

  await sendButton(page).click()

  await expect(alerts(page)).toContainText('damaged.png')
  await expect(alerts(page)).toContainText(/its bytes are/)
  await expect(textbox(page)).toBeEditable()
  await expect(textbox(page)).toHaveValue('Have a look')
  await expectSaved(page, files)
  await expect(sent(page)).toHaveCount(0)

  await page.reload()
  await expect(textbox(page)).toHaveValue('Have a look')
  await expectSaved(page, files)
  await composer(page).getByRole('button', { name: 'Remove damaged.png' }).click()
  await expectSaved(page, ['good.png'])
  await send(page)
  await expectAgentReceived(page, [files[0]!])
})

test('several messages in a row are answered in their order', async ({ page }) => {
  await openApp(page)
  for (const text of ['first', 'second', 'third']) {
    await textbox(page).fill(text)
    await send(page)
  }

  await expect(answers(page)).toHaveCount(3)
  await expect(answers(page).last()).toContainText('third')
  await expect(history(page).getByRole('article')).toContainText(['first', 'first', 'second', 'second', 'third', 'third'])
  const messages = await getMessages(page, sessionId(page))
  expect(messages.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6])
})
