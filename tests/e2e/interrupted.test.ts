import { answers, expectAgentDone, history, openApp, send, sendButton, sent, textbox } from './app.ts'
import { expect, test } from './satchel.ts'

const LONG = 'word '.repeat(6000) // the loopback agent answers it for some seconds

test('a server that is stopped in the middle of an answer is told once, as what it was, and the answer can be had again', async ({ page, server }) => {
  await openApp(page)
  await textbox(page).fill(LONG)
  await send(page)
  await page.waitForFunction(() => document.querySelector('[aria-label="Agent"]')?.textContent.includes('word word word'))
  server.pause() // or the answer might come to its end before the next message is there
  await textbox(page).fill('and then?')
  await sendButton(page).click()
  server.resume()
  await page.waitForFunction(() => document.querySelector('[aria-label="Queued"]'))
  server.pause()
  await expect(sent(page).filter({ hasText: 'and then?' }).getByRole('status', { name: 'Queued' })).toBeVisible()
  await expect(sent(page).first()).not.toContainText('Queued')

  const stopped = server.stop() // it is told while it cannot go on answering
  server.resume()
  await stopped
  await expect(answers(page).first()).toContainText('restarted while the agent was answering')
  await server.restart()

  await expect(answers(page)).toHaveCount(2)
  await expectAgentDone(page)
  await expect(history(page).getByText('Stopped')).toHaveCount(0)
  await expect(history(page).getByText('restarted while the agent was answering')).toHaveCount(1)
  await expect(history(page).getByText('Queued')).toHaveCount(0)
  await page.reload()
  await expect(history(page).getByText('restarted while the agent was answering')).toHaveCount(1)
  await expect(history(page).getByText('Stopped')).toHaveCount(0)

  await answers(page).first().getByRole('button', { name: 'Retry' }).click()
  await expect(answers(page)).toHaveCount(3)
  await expect(history(page).getByRole('button', { name: 'Retry' })).toHaveCount(0)
})
