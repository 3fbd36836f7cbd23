import { expect, test } from './satchel.ts'
import { attach } from './doors.ts'
import { answers, attachments, composer, expectAgentDone, expectAttachments, expectSaved, history, openApp, send, sendButton, sent, textbox, undo } from './app.ts'
import { far } from '../helpers/far.ts'
import { readPdf } from '../helpers/pdfText.ts'

test('what waits behind an answer can be edited with its files, cancelled and sent at once, far from the server and in every tab', async ({ page, context, disk }) => {
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer()
    socket.onMessage(message => void far(80).then(() => server.send(message)))
    server.onMessage(message => void far(80).then(() => socket.send(message)))
  })
  await openApp(page)
  const shot = await disk.png('shot.png')
  await textbox(page).fill('/slow 9999')
  await send(page)
  await expect(answers(page)).toContainText('1 2')
  for (const text of ['second', 'third', 'fourth']) {
    await textbox(page).fill(text)
    if (text === 'second') {
      await attach(page, shot)
      await expectSaved(page, ['shot.png'])
    }
    await send(page)
  }
  const other = await context.newPage()
  await other.goto(page.url())
  const waiting = (tab: typeof page) => sent(tab).filter({ has: tab.getByRole('status', { name: 'Queued' }) })
  await expect(waiting(other)).toHaveCount(3)

  await textbox(page).fill('I was just writing this')
  await waiting(page).first().getByRole('button', { name: 'Edit' }).click()
  await expect(textbox(page)).toHaveValue('second')
  await expect(textbox(page)).toBeFocused()
  await expectAttachments(composer(page), ['shot.png'])
  await textbox(page).fill('second, and better')
  await expect(page.getByRole('group', { name: 'Editing' })).toContainText('Editing a message that waits')
  await page.reload()
  await expect(textbox(page)).toHaveValue('second, and better')
  await sendButton(page).click()
  await expect(textbox(page)).toHaveValue('I was just writing this')
  await expect(page.getByRole('group', { name: 'Editing' })).toHaveCount(0)
  for (const tab of [page, other]) {
    await expect(waiting(tab)).toContainText(['second, and better', 'third', 'fourth'])
    await expectAttachments(waiting(tab).first(), ['shot.png'])
  }

  await waiting(page).nth(1).getByRole('button', { name: 'Cancel' }).click()
  for (const tab of [page, other])
    await expect(waiting(tab)).toContainText(['second, and better', 'fourth'])
  expect(await page.evaluate(() => document.activeElement !== document.body)).toBe(true)
  await undo(page).click()
  await expect(textbox(page)).toHaveValue('third\nI was just writing this')

  await waiting(page).last().getByRole('button', { name: 'Add to this turn' }).click()
  for (const tab of [page, other])
    await expect(waiting(tab)).toContainText(['second, and better'])
  await expect(waiting(page)).toHaveCount(1)
  await waiting(page).getByRole('button', { name: 'Send now' }).click() // before the agent has heard what was added: that is asked next
  await expectAgentDone(page)
  await expect(waiting(other)).toHaveCount(0)
  await expect(answers(page).first()).toContainText('Stopped')
  await expect(history(page)).toContainText('fourth')
  await expect(sent(page)).toHaveCount(3)
  await expect(attachments(sent(page).nth(1))).toHaveCount(1)
})

test('an answer that does not stand under its message names it and leads there, and so does what was added to an answer: after a reload, in another tab and on paper, too', async ({ page, context }) => {
  await openApp(page)
  for (const text of ['/ask Ready? | Yes | No', 'The **second** question', 'added later']) {
    await textbox(page).fill(text)
    await send(page)
  }
  const line = (tab: typeof page, words: string) => history(tab).getByRole('link', { name: words })
  await sent(page).last().getByRole('button', { name: 'Add to this turn' }).click()
  await expect(line(page, 'Added to the answer to “/ask Ready? | Yes | No”')).toBeVisible()
  await page.getByRole('radio', { name: 'Yes' }).check()
  await page.getByRole('button', { name: 'Answer', exact: true }).click()
  await expect(answers(page)).toHaveCount(2)
  await expectAgentDone(page)

  const other = await context.newPage()
  await other.goto(page.url())
  await page.reload()
  for (const tab of [page, other]) {
    await expect(answers(tab).nth(1).getByRole('link', { name: 'Answers “The second question”' })).toBeVisible()
    await expect(sent(tab).nth(2).getByRole('link', { name: /^Added to the answer to/ })).toBeVisible()
    await expect(history(tab).getByRole('link', { name: /^(Answers|Added)/ })).toHaveCount(2)
  }

  await line(page, 'Answers “The second question”').focus()
  await page.keyboard.press('Enter')
  await expect(sent(page).nth(1)).toBeFocused()
  for (let time = 0; time < 2; time++) { // also where one was there already
    await line(other, 'Added to the answer to').click()
    await expect(answers(other).first()).toBeFocused()
    await textbox(other).focus()
  }
  const paper = (await readPdf(await page.pdf({ format: 'A4' }))).map(({ text }) => text).join(' ')
  expect(paper).toContain('Answers “The second question”')
})

test('to add a message to a turn is only offered where who answers takes one', async ({ page }) => {
  await page.route('/api/agent', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: { ...await response.json() as object, steers: false } })
  })
  await openApp(page)
  for (const text of ['/slow 9999', 'second']) {
    await textbox(page).fill(text)
    await send(page)
  }

  await expect(sent(page).last().getByRole('button', { name: 'Send now' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Add to this turn' })).toHaveCount(0)
})
