import { answers, expectAgentDone, history, openApp, send, sendButton, sent, textbox } from './app.ts'
import { expect, test } from './satchel.ts'

const LONG = 'word '.repeat(6000) // the loopback agent answers it for some seconds

test('a server that is stopped in the middle of an answer goes on with it after its start, and answers what was queued', async ({ page, server }) => {
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
  await server.restart()

  await expect(answers(page)).toHaveCount(2)
  await expectAgentDone(page)
  for (const said of ['Stopped', 'Queued', 'restarted while the agent was answering'])
    await expect(history(page).getByText(said)).toHaveCount(0)
  await page.reload()
  await expect(answers(page)).toHaveCount(2)
  await expect.poll(async () => (await answers(page).first().textContent())?.match(/word/g)?.length).toBe(6000)
})
