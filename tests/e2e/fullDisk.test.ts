import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { answers, expectAgentDone, history, openApp, send, sent, sessions, textbox } from './app.ts'
import { expect, test as base } from './satchel.ts'
import { startServer } from './serverProcess.ts'

const run = promisify(execFile)
const DISK_BYTES = 16 * 1024 * 1024

/** On a real disk that a test can fill. */
const test = base.extend({
  // eslint-disable-next-line no-empty-pattern -- the runner reads there what is needed first: nothing
  server: async ({}, use, testInfo) => {
    const dataFolder = await mkdtemp(path.join(tmpdir(), 'satchel-small-'))
    await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', dataFolder]).catch(() => testInfo.skip(true, 'this user may not make a disk'))
    const server = await startServer({ dataFolder })
    await use(server)
    await server.kill()
    await run('umount', ['--lazy', dataFolder])
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

  const ballast = path.join(server.dataFolder, 'ballast')
  await writeFile(ballast, randomBytes(DISK_BYTES)).catch((error: unknown) => expect(error).toMatchObject({ code: 'ENOSPC' }))
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

  await rm(ballast)
  await expectAgentDone(page)
  for (const tab of [page, other]) {
    await expect(history(tab).getByText(sentence)).toHaveCount(0)
    await expect(sessions(tab).getByText('Not saved yet')).toHaveCount(0)
  }
  await expect(answers(page).first()).toContainText('Stopped')
  await expect(answers(page)).toHaveCount(2)
})
