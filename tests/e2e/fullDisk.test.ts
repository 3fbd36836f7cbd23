import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fillDisk, mountDisk, unmountDisk } from '../helpers/realDisk.ts'
import { answers, expectAgentDone, history, openApp, send, sent, sessions, textbox } from './app.ts'
import { expect, test as base } from './satchel.ts'
import { startServer } from './serverProcess.ts'

const DISK_BYTES = 16 * 1024 * 1024

/** On a real disk that a test can fill. */
const test = base.extend({
  // eslint-disable-next-line no-empty-pattern -- the runner reads there what is needed first: nothing
  server: async ({}, use, testInfo) => {
    const dataFolder = await mkdtemp(path.join(tmpdir(), 'satchel-small-'))
    testInfo.skip(!await mountDisk(dataFolder, DISK_BYTES), 'this user may not make a disk')
    const server = await startServer({ dataFolder })
    await use(server)
    await server.kill()
    await unmountDisk(dataFolder)
    await rm(dataFolder, { recursive: true, force: true })
  },
})

test('whoever waits for an answer while the server\'s disk is full is told so, in every tab and after a reload, until it goes on by itself', async ({ page, context, server }) => {
  await openApp(page)
  await textbox(page).fill('/slow 9999')
  await send(page)
  await expect(answers(page)).toContainText('1 2')
  await textbox(page).fill('second')
  await send(page)
  await expect(sent(page).nth(1)).toContainText('Queued')

  const makeRoom = await fillDisk(server.dataFolder, DISK_BYTES)
  const other = await context.newPage()
  await other.goto(page.url())
  const sentence = 'The server cannot save right now. It goes on by itself.'
  for (const tab of [page, other]) {
    await expect(sent(tab).nth(1).getByRole('status').filter({ hasText: sentence })).toBeVisible()
    await expect(sessions(tab).getByRole('link', { name: /slow 9999/ })).toContainText('Not saved yet')
  }
  await page.reload()
  await expect(sent(page).nth(1)).toContainText(sentence)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(sent(page).nth(1), 'what waits is not lost, and nothing overtakes').toContainText(sentence)

  await makeRoom()
  await expectAgentDone(page)
  for (const tab of [page, other]) {
    await expect(history(tab).getByText(sentence)).toHaveCount(0)
    await expect(sessions(tab).getByText('Not saved yet')).toHaveCount(0)
  }
  await expect(answers(page).first()).toContainText('Stopped')
  await expect(answers(page)).toHaveCount(2)
})
