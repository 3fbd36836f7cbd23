import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import {
  alerts, answers, composer, connection, expectAgentDone, expectSaved, newSession, openApp, preview, send, sendButton, sent, sessions, textbox, undo, thumbnail,
} from './app.ts'
import type { Disk } from './disk.ts'
import { attach, drag } from './doors.ts'
import { openWithParts, permission, question, tool } from './madeParts.ts'
import type { Server } from './serverProcess.ts'
import { expect, test } from './satchel.ts'

const MARKDOWN = `# Findings

Some **bold**, *quiet* and \`inline\` words, and [a link](https://example.com/).

- one
- two

> quoted

\`\`\`js
const answer = 42
\`\`\`

| name | size |
|------|-----:|
| one  |    1 |

- [x] done
- [ ] to do

Said[^1], and $$x^2$$.

[^1]: By whom.
`

/** Of another version of the test runner, in its types only. */
type AxePage = ConstructorParameters<typeof AxeBuilder>[0]['page']

interface World { page: Page, disk: Disk, server: Server }

const STATES: Record<string, (world: World) => Promise<void>> = {
  'an empty session': async () => {},

  'a draft with files, refusals and a remark': async ({ page, disk }) => {
    const files = await Promise.all(Array.from({ length: 20 }, (_, i) => disk.png(`${i}.png`)))
    await textbox(page).fill('Some text')
    await attach(page, await disk.pdf(), await disk.text(), await disk.write('empty.png', ''), await disk.write('a.zip', 'PK\x03\x04\0\0'), ...files)
    await expect(alerts(page)).toHaveCount(2)
    await expectSaved(page, ['report.pdf', 'notes.txt', ...files])
  },

  'a history with Markdown and attachments': async ({ page, disk }) => {
    await textbox(page).fill(MARKDOWN)
    await attach(page, await disk.screenshot('shot.png'), await disk.pdf(), await disk.text())
    await expectSaved(page, ['shot.png', 'report.pdf', 'notes.txt'])
    await send(page)
    await expectAgentDone(page)
    await expect(answers(page).getByRole('heading', { name: 'Findings' })).toBeVisible()
    await expect(answers(page).locator('.katex')).toBeVisible()
  },

  'an answer with every kind of part, a question and a permission open': async ({ page }) => {
    await openWithParts(page, [
      { type: 'thinking', id: 'thought', text: 'Let me look.', seconds: 12 },
      ...['a.txt', 'b.txt'].map(name => tool(name, { name: 'Read', title: `Read ${name}` })),
      tool('change', { name: 'Edit', title: 'Edit a.txt', output: { change: { path: 'a.txt', hunks: [{ oldStart: 1, newStart: 1, lines: ['-one', '+two'] }] } } }),
      tool('broken', { title: 'Run npm test', status: 'failed', output: { text: 'Error: it failed' } }),
      tool('parent', { name: 'Task', title: 'Look around' }), tool('child', { title: 'Run ls', parentId: 'parent' }),
      { type: 'tasks', id: 'tasks', items: [{ text: 'Look', status: 'completed' }, { text: 'Write', status: 'in_progress' }] },
      { type: 'notice', id: 'notice', code: 'compacted', text: 'The conversation was compacted.' },
      { type: 'text', id: 'said', text: 'Some **words**.' },
      question(), permission({ description: 'npm ci && npm test' }),
    ], 'running')
    await answers(page).getByRole('button', { name: 'Edit a.txt' }).click()
    await expect(page.getByRole('form', { name: 'Question' })).toBeVisible()
    await expect(page.getByRole('group', { name: 'Permission' })).toBeVisible()
  },

  'files from the agent, one of them attached, and a version being edited': async ({ page }) => {
    await textbox(page).fill(Array.from({ length: 8 }, (_, i) => `/write part-${i}.txt ${i}`).join('\n'))
    await send(page)
    await expectAgentDone(page)
    await textbox(page).fill('hello')
    await send(page)
    await expectAgentDone(page)
    await answers(page).last().getByRole('button', { name: 'Retry' }).click()
    await expect(page.getByRole('group', { name: 'Versions' })).toContainText('2 of 2')
    await expectAgentDone(page)
    await sent(page).last().getByRole('button', { name: 'Edit' }).click()
    await answers(page).first().getByRole('button', { name: 'Attach part-1.txt to the next message' }).click()
    await expectSaved(page, ['part-1.txt'])
  },

  'messages that wait': async ({ page }) => {
    for (const text of ['/slow 99999', 'second', 'third']) {
      await textbox(page).fill(text)
      await send(page)
    }
    await expect(page.getByRole('status', { name: 'Queued' })).toHaveCount(2)
  },

  'an open preview of an image': async ({ page, disk }) => {
    await attach(page, await disk.screenshot('shot.png'), await disk.pdf())
    await expectSaved(page, ['shot.png', 'report.pdf'])
    await thumbnail(composer(page), 'shot.png').click()
    await expect(preview(page).getByRole('img', { name: 'shot.png' })).toBeVisible()
  },

  'an open preview of a text': async ({ page, disk }) => {
    await attach(page, await disk.text(), await disk.pdf())
    await expectSaved(page, ['notes.txt', 'report.pdf'])
    await thumbnail(composer(page), 'notes.txt').click()
    await expect(preview(page).locator('pre')).toBeVisible()
  },

  'a discarded draft that can be brought back': async ({ page }) => {
    await textbox(page).fill('to be discarded')
    await sessions(page).getByRole('button', { name: /^Discard draft/ }).click()
    await expect(undo(page)).toBeVisible()
  },

  'the menu of models, below an answer whose figures are open': async ({ page }) => {
    await textbox(page).fill('hello')
    await send(page)
    await expectAgentDone(page)
    await answers(page).locator('details.usage summary').click()
    await composer(page).getByRole('button', { name: /^Model: / }).click()
    await expect(page.getByRole('menuitemradio').first()).toBeVisible()
  },

  'the title being edited': async ({ page }) => {
    await page.getByRole('button', { name: 'Rename session' }).click()
    await expect(page.getByRole('textbox', { name: 'Session title' })).toBeFocused()
  },

  'files dragged over the session': async ({ page, disk }) => {
    await drag(page, [await disk.png()], page.getByRole('main'))
    await expect(page.getByText('Drop files here')).toBeVisible()
  },

  'a message on its way while the server is away': async ({ page, server, disk }) => {
    await textbox(page).fill('Wait for me')
    await attach(page, await disk.png(), await disk.pdf(), await disk.text())
    await expectSaved(page, ['shot.png', 'report.pdf', 'notes.txt'])
    await server.kill()
    await sendButton(page).click()
    await expect(sent(page)).toContainText('Waiting')
    await expect(connection(page)).toHaveText(/Offline|Reconnecting/)
  },

  'the list of drafts with one on its way and one that was refused': async ({ page, disk, server }) => {
    await textbox(page).fill('Wait for me')
    await attach(page, await disk.png(), await disk.pdf(), await disk.text())
    await expectSaved(page, ['shot.png', 'report.pdf', 'notes.txt'])
    await server.kill()
    await sendButton(page).click()
    await expect(sent(page)).toContainText('Waiting')
    await textbox(page).fill('and me')
    await page.getByRole('link', { name: /^Drafts/ }).click()
    const imported = { kind: 'message', id: 'm1', sessionId: 's1', projectId: 'default', text: 'from afar', createdAt: 0, files: 0 }
    const file = await disk.write('drafts.json', `{"format":"satchel-drafts","version":1,"entries":[\n${JSON.stringify(imported)},\n0\n]}`)
    await page.getByLabel('Exported drafts').setInputFiles(file.path)
    await expect(page.getByRole('list', { name: 'Drafts' }).locator('> li')).toHaveCount(3)
    await expect(alerts(page)).toHaveCount(1)
  },

  'an empty list of drafts': async ({ page }) => {
    await page.getByRole('link', { name: /^Drafts/ }).click()
    await expect(page.getByText('is listed here until it is sent')).toBeVisible()
  },

  'the settings': async ({ page }) => {
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('button', { name: 'Ask the browser to keep it' }).click()
    await expect(page.getByText(/^The browser has (not )?agreed/)).toBeVisible()
  },

  'a session that was deleted elsewhere': async ({ page }) => {
    await textbox(page).fill('hello')
    await send(page)
    await expectAgentDone(page)
    await page.request.delete(`/api/sessions/${new URL(page.url()).pathname.split('/').at(-1)}`)
    await expect(page.getByRole('button', { name: 'New session with this draft' })).toBeVisible()
  },

  'an address where there is nothing': async ({ page }) => {
    const session = page.url()
    await page.goto('/nothing/here')
    await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible()
    await page.getByRole('link', { name: 'Back to your sessions' }).click()
    await expect(page).toHaveURL(session)
    await page.goBack()
    await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible()
  },

  'the sessions in the drawer of a narrow window': async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 })
    await textbox(page).fill('a draft')
    await page.getByRole('button', { name: 'Show sessions' }).click()
    await expect(newSession(page)).toBeInViewport({ ratio: 1 })
  },
}

for (const [state, reach] of Object.entries(STATES)) {
  test(`nothing keeps anybody out: ${state}`, async ({ page, disk, server }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await openApp(page)
    await reach({ page, disk, server })

    // Asked again where there are some: another colour scheme takes a moment to reach every corner of a page.
    await expect.poll(() => violations(page, 'light')).toEqual([])
    await expect.poll(() => violations(page, 'dark')).toEqual([])
  })
}

async function violations(page: Page, colorScheme: 'light' | 'dark') {
  await page.emulateMedia({ colorScheme })
  await expect(page.locator('html')).toHaveCSS('color-scheme', colorScheme === 'dark' ? /dark/ : /light/)
  const { violations, passes } = await new AxeBuilder({ page: page as AxePage }).analyze()
  expect(passes.length).toBeGreaterThan(10) // it did look
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${colorScheme}: ${id}: ${help}: ${target} ${failureSummary}`))
}
