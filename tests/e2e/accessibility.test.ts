import type { Page } from '@playwright/test'
import { readdirSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { AgentOffer } from '../../src/shared/protocol/agent.ts'
import { jpegExif, jpegWith } from '../helpers/imageFiles.ts'
import { pdfBytes, pngBytes } from '../helpers/images.ts'
import {
  alerts, answers, composer, connection, expectAgentDone, expectSaved, history, newSession, openApp, preview, send, sendButton, sent, sessions, textbox, thumbnail, undo,
} from './app.ts'
import { attach, drag, dropFiles, paste } from './doors.ts'
import { readDrafts } from './draftDatabase.ts'
import { openWithParts, permission, question, tool } from './madeParts.ts'
import { componentsLookedAt, expectOpenToAll } from './openToAll.ts'
import { expect, test } from './satchel.ts'
import { seedSession } from './seeding.ts'
import { hold } from './slowness.ts'

const COMPONENTS = path.resolve(import.meta.dirname, '../../src/client/components')

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

const KEYS = { ann: 'key-of-ann-000000', ria: 'key-of-ria-000000' }

// One after the other in one browser: the last one knows what the others have looked at.
test.describe.configure({ mode: 'serial' })

/** All but what the lost connection is told over. */
const AWAY = 'article, [role=status], form[aria-label="New message"]'

const say = async (page: Page, text: string) => {
  await textbox(page).fill(text)
  await send(page)
  await expectAgentDone(page)
}
const menuOf = async (page: Page, session: string, item: string) => {
  await sessions(page).getByRole('button', { name: `More about ${session}` }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}
const closed = async (page: Page) => {
  await page.keyboard.press('Escape')
  await expect(page.locator('dialog[open]')).toHaveCount(0)
}

test('nothing keeps anybody out of a draft: its files, what was refused, and what is told of them', async ({ page, disk }) => {
  await openApp(page)
  await expectOpenToAll(page)

  const files = await Promise.all(Array.from({ length: 20 }, (_, i) => disk.png(`${i}.png`)))
  await textbox(page).fill('Some text')
  await attach(page, await disk.pdf(), await disk.text(), ...await Promise.all(Array.from({ length: 8 }, (_, i) => disk.write(`${i}.zip`, 'PK\x03\x04\0\0'))), ...files)
  await expect(alerts(page).filter({ hasText: '8 files were not attached' })).toBeVisible()
  await expectSaved(page, ['report.pdf', 'notes.txt', ...files])
  await thumbnail(composer(page), '3.png').focus()
  await expectOpenToAll(page)

  await page.getByRole('button', { name: 'Rename session' }).click()
  await expect(page.getByRole('textbox', { name: 'Session title' })).toBeFocused()
  await page.keyboard.press('Escape')
  await sessions(page).getByRole('button', { name: /^Discard draft/ }).click()
  await expect(undo(page)).toBeVisible()
  await drag(page, [await disk.png()], page.getByRole('main'))
  await expect(page.getByText('Drop files here')).toBeVisible()
  await expectOpenToAll(page)
})

test('nothing keeps anybody out of a file before it is sent: looking at it, editing it, choosing its size and pages', async ({ page, disk }) => {
  await openApp(page)
  await attach(page, await disk.screenshot('shot.png'), await disk.write('pages.pdf', pdfBytes({ pages: 60 })), await disk.write('old.txt', Buffer.from('Gr\xFC\xDFe aus K\xF6ln', 'latin1')), await disk.write('rome.jpg', jpegWith([jpegExif({ position: true, camera: true, orientation: 6 })])))
  await expectSaved(page, ['shot.png', 'pages.pdf', 'old.txt', 'rome.jpg'])
  await expect(composer(page).getByRole('button', { name: 'Clear position of rome.jpg' })).toBeVisible()
  await expect(composer(page).getByRole('note', { name: 'Size of the message' })).toBeVisible()
  await expectOpenToAll(page, 'form[aria-label="New message"]')
  await thumbnail(composer(page), 'shot.png').click()
  await expect(preview(page).getByRole('img', { name: 'shot.png' })).toBeVisible()
  await preview(page).getByRole('button', { name: 'Size of shot.png' }).click()
  await expect(preview(page).getByRole('menuitemradio').first()).toBeVisible()
  await expectOpenToAll(page, 'dialog[open]')
  await page.keyboard.press('Escape')

  await preview(page).getByRole('button', { name: 'Edit shot.png' }).click()
  const editor = page.getByRole('dialog', { name: 'Edit shot.png' })
  await expect(editor.locator('canvas')).not.toHaveJSProperty('width', 1)
  await editor.getByRole('radio', { name: 'Text' }).check()
  await expectOpenToAll(page, 'dialog[open]')
  await editor.getByRole('button', { name: 'Cancel', exact: true }).click()
  await expect(editor).toHaveCount(0)

  await closed(page)
  await thumbnail(composer(page), 'pages.pdf').click()
  await expect(preview(page).getByRole('group', { name: 'Pages of pages.pdf' })).toBeVisible()
  await expect(preview(page).getByRole('list', { name: 'Pages' }).locator('canvas').first()).toBeVisible()
  await expectOpenToAll(page, 'dialog[open]')
  await closed(page)
  await thumbnail(composer(page), 'old.txt').click()
  await expect(preview(page).locator('pre')).toBeVisible()
  await expectOpenToAll(page, 'dialog[open]')
})

test('nothing keeps anybody out of what is asked while something is pasted, dropped, or written twice', async ({ page, disk }) => {
  await openApp(page)
  const second = await page.context().newPage()
  await second.goto(page.url())
  await expect(textbox(second)).toBeEditable()
  await expect(async () => { // again where one had heard of the other before it wrote
    await Promise.all([textbox(page).pressSequentially('first '), textbox(second).pressSequentially('second ')])
    await expect(page.getByRole('alert').filter({ hasText: 'changed in another tab' })).toBeVisible({ timeout: 3000 })
  }).toPass()
  await expectOpenToAll(page)
  await second.close()
  await page.getByRole('button', { name: 'Keep mine' }).click()

  await paste(page, { 'text/plain': 'a line of a log\n'.repeat(1000) }, textbox(page))
  await expect(composer(page).getByRole('button', { name: 'Attach as a file instead' })).toBeVisible()
  await expectOpenToAll(page)
  await textbox(page).fill('')
  await paste(page, { 'text/plain': 'https://example.com/a.png', 'image/png': Buffer.from(pngBytes()).toString('base64') }, textbox(page))
  await expect(page.getByRole('group', { name: 'Paste as' })).toBeVisible()
  await expectOpenToAll(page)

  const large = path.join(disk.folder, 'large')
  await mkdir(large)
  await Promise.all(Array.from({ length: 30 }, (_, i) => writeFile(path.join(large, `${i}.txt`), `${i}`)))
  await dropFiles(page, [large])
  await expect(page.getByRole('dialog', { name: 'Choose files' })).toBeVisible()
  await expectOpenToAll(page, 'dialog[open]')
})

test('nothing keeps anybody out of a conversation: its texts, pictures and files, what they took, and the models', async ({ page, disk }) => {
  await openApp(page)
  await textbox(page).fill(MARKDOWN)
  await attach(page, await disk.screenshot('shot.png'), await disk.pdf(), await disk.text())
  await expectSaved(page, ['shot.png', 'report.pdf', 'notes.txt'])
  await send(page)
  await expectAgentDone(page)
  await expect(answers(page).getByRole('heading', { name: 'Findings' })).toBeVisible()
  await expect(answers(page).locator('.katex')).toBeVisible()
  await answers(page).locator('details.usage summary').click()
  await expectOpenToAll(page)
  await composer(page).getByRole('button', { name: /^Model: / }).click()
  await expect(page.getByRole('menuitemradio').first()).toBeVisible()
  await expectOpenToAll(page, '[role=menu]')
  await page.keyboard.press('Escape')
  await thumbnail(sent(page), 'shot.png').click()
  await preview(page).getByRole('button', { name: 'What the agent received of shot.png' }).click()
  await expectOpenToAll(page, 'dialog[open]')
})

test('nothing keeps anybody out of what the agent made, of versions, and of what is deleted or missing', async ({ page }) => {
  await openApp(page)
  await say(page, Array.from({ length: 8 }, (_, i) => `/write part-${i}.txt ${i}`).join('\n'))
  await say(page, 'hello')
  await answers(page).last().getByRole('button', { name: 'Retry' }).click()
  await expect(page.getByRole('group', { name: 'Versions' })).toContainText('2 of 2')
  await expectAgentDone(page)
  await sent(page).last().getByRole('button', { name: 'Edit' }).click()
  await answers(page).first().getByRole('button', { name: 'Attach part-1.txt to the next message' }).click()
  await expectSaved(page, ['part-1.txt'])
  await expectOpenToAll(page, 'form, [aria-label="Versions"], [aria-label="Files from the agent"], [role=toolbar]')

  await sent(page).last().getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('dialog', { name: 'Delete this message?' })).toBeVisible()
  await expectOpenToAll(page, 'dialog[open]')
  await closed(page)

  await page.route(/\/messages\?/, route => route.fulfill({ status: 500, json: {} }))
  await page.reload()
  await expect(page.getByText('The messages could not be loaded.')).toBeVisible()
  await expectOpenToAll(page)
})

test('nothing keeps anybody out of what the agent does, asks and is told', async ({ page }) => {
  await openWithParts(page, [
    { type: 'thinking', id: 'thought', text: 'Let me look.', seconds: 12 },
    ...['a.txt', 'b.txt'].map(name => tool(name, { name: 'Read', title: `Read ${name}` })),
    tool('change', { name: 'Edit', title: 'Edit a.txt', output: { change: { path: 'a.txt', hunks: [{ oldStart: 1, newStart: 1, lines: ['-one', '+two'] }] } } }),
    tool('broken', { title: 'Run npm test', status: 'failed', output: { text: 'Error: it failed' } }),
    tool('folded', { title: 'Run ls', folded: true, output: {} }),
    tool('parent', { name: 'Task', title: 'Look around' }), tool('child', { title: 'Run ls', parentId: 'parent' }),
    { type: 'tasks', id: 'tasks', items: [{ text: 'Look', status: 'completed' }, { text: 'Write', status: 'in_progress' }] },
    { type: 'notice', id: 'notice', code: 'compacted', text: 'The conversation was compacted.' },
    { type: 'text', id: 'said', text: 'Some **words**.' },
    question({ id: 'before', status: 'answered', answers: { 'Which format?': ['CSV'] } }), permission({ id: 'allowed', status: 'allowed', answeredBy: null }),
    question(), permission({ description: 'npm ci && npm test' }),
  ], 'running')
  await answers(page).getByRole('button', { name: 'Edit a.txt' }).click()
  await answers(page).getByRole('button', { name: 'Run ls' }).first().click()
  await answers(page).getByRole('button', { name: 'Read 2 files' }).click()
  await answers(page).getByRole('button', { name: /^Thought/ }).click()
  await expect(page.getByRole('form', { name: 'Question' })).toBeVisible()
  await expect(page.getByRole('group', { name: 'Permission' })).toBeVisible()
  await expectOpenToAll(page)
})

test('nothing keeps anybody out of messages that wait, and drafts, while the server is away', async ({ page, disk, server }) => {
  await openApp(page)
  for (const text of ['/slow 99999', 'second', 'third']) {
    await textbox(page).fill(text)
    await send(page)
  }
  await expect(page.getByRole('status', { name: 'Queued' })).toHaveCount(2)
  await sent(page).last().getByRole('button', { name: 'Add to this turn' }).click()
  await expect(history(page).getByRole('link', { name: /^Added to the answer/ })).toBeVisible()
  await expectOpenToAll(page)

  await newSession(page).click()
  await textbox(page).fill('/ask Which? | A | B')
  await send(page)
  const asked = page.getByRole('form', { name: 'Question' })
  await asked.getByRole('radio', { name: 'A', exact: true }).check({ force: true })
  await server.kill()
  await asked.getByRole('button', { name: 'Answer' }).click()
  await expect(asked).toContainText('Not sent yet')
  await expectOpenToAll(page, AWAY)

  await newSession(page).click()
  await textbox(page).fill('Wait for me')
  await attach(page, await disk.png(), await disk.pdf(), await disk.text())
  await expectSaved(page, ['shot.png', 'report.pdf', 'notes.txt'])
  await sendButton(page).click()
  await expect(sent(page)).toContainText('Waiting')
  await expect(connection(page)).toHaveText(/Offline|Reconnecting/)
  await expectOpenToAll(page, AWAY)
  await textbox(page).fill('and me')
  await page.getByRole('link', { name: /^Drafts/ }).click()
  const imported = { kind: 'message', id: 'm1', sessionId: 's1', projectId: 'default', text: 'from afar', createdAt: 0, files: 0 }
  const file = await disk.write('drafts.json', `{"format":"satchel-drafts","version":1,"entries":[\n${JSON.stringify(imported)},\n0\n]}`)
  await page.getByLabel('Exported drafts').setInputFiles(file.path)
  await expect(page.getByRole('list', { name: 'Drafts' }).locator('> li')).toHaveCount(3)
  await expect(alerts(page)).toHaveCount(1)
  await expectOpenToAll(page)
})

test('nothing keeps anybody out of getting about: sessions, search, keys, links and settings', async ({ page }) => {
  await openApp(page)
  await page.getByRole('link', { name: /^Drafts/ }).click()
  await expect(page.getByText('is listed here until it is sent')).toBeVisible()
  await expectOpenToAll(page)
  await page.goto('/nothing/here')
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible()
  await expectOpenToAll(page)
  await page.getByRole('link', { name: 'Back to your sessions' }).click()
  await say(page, 'hello')
  await sessions(page).getByRole('button', { name: 'More about hello' }).click()
  await expect(page.getByRole('menuitem', { name: 'Delete', exact: true })).toBeVisible()
  await expectOpenToAll(page, '[role=menu]')
  await page.keyboard.press('Escape')
  for (const [item, dialog] of [['Rename', /^Rename/], ['Delete', 'Delete hello?']] as const) {
    await menuOf(page, 'hello', item)
    await expect(page.getByRole('dialog', { name: dialog })).toBeVisible()
    await expectOpenToAll(page, 'dialog[open]')
    await closed(page)
  }
  await menuOf(page, 'hello', 'Links for people outside')
  await page.getByRole('button', { name: 'Make a link' }).click()
  await expect(page.getByRole('textbox', { name: 'Address of the new link' })).toBeFocused()
  await expectOpenToAll(page, 'dialog[open]')
  await closed(page)

  await page.keyboard.press('Control+k')
  const search = page.getByRole('dialog', { name: 'Search' })
  await search.getByRole('combobox').fill('hello')
  await expect(search.getByRole('option').first()).toBeVisible()
  await expectOpenToAll(page, 'dialog[open]')
  await search.getByRole('combobox').fill('>shortcuts')
  await expect(search.getByRole('option')).toHaveCount(1)
  await expectOpenToAll(page, 'dialog[open]')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toContainText('Ctrl')
  await expectOpenToAll(page, 'dialog[open]')
  await closed(page)

  await page.request.delete(`/api/sessions/${new URL(page.url()).pathname.split('/').at(-1)}`)
  await expect(page.getByRole('main').getByRole('button', { name: 'New session', exact: true })).toBeVisible()
  await expectOpenToAll(page)

  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Ask the browser to keep it' }).click()
  await expect(page.getByText(/^The browser has (not )?agreed/)).toBeVisible()
  await expectOpenToAll(page)
  const lock = page.getByRole('region', { name: 'Lock the drafts on this device' })
  await lock.getByLabel('Passphrase', { exact: true }).fill('correct horse battery')
  await lock.getByLabel('The same passphrase again').fill('correct horse battery')
  await lock.getByRole('button', { name: 'Lock my drafts' }).click()
  await expect(lock.getByRole('button', { name: 'Lock now' })).toBeEnabled()
  await lock.getByRole('button', { name: 'Lock now' }).click()
  await expect(page.getByRole('heading', { name: 'Satchel is locked' })).toBeVisible()
  await expectOpenToAll(page)
})

test('nothing keeps anybody out of what is there for a moment: a page that is still coming, a print that is loaded, a model that is gone', async ({ page, server }) => {
  const session = await seedSession(server, 'Long', 120)
  await page.route('/api/agent', async (route) => {
    const response = await route.fetch()
    const offer = await response.json() as AgentOffer
    await route.fulfill({ response, json: { ...offer, models: [...offer.models, { ...offer.models[0], id: 'other', name: 'Other', isDefault: false }] } })
  })
  const [drafts, messages] = [await hold(page, /DraftsPage[^/]*\.js$/), await hold(page, /\/messages\?.*before=/)]
  await openApp(page, `/session/${session}`)
  await composer(page).getByRole('button', { name: /^Model: / }).click()
  await page.getByRole('menuitemradio', { name: /^Other/ }).click()
  await expect(composer(page).getByRole('button', { name: 'Model: Other' })).toBeVisible()
  await expect.poll(async () => Object.values((await readDrafts(page)).messages).map(({ choice }) => choice?.model)).toEqual(['other'])
  await page.unroute('/api/agent')
  await page.reload()
  await expect(composer(page).getByText('The model other is not offered any more.')).toBeVisible()
  await expect(page.getByRole('article').last()).toBeVisible() // that there is more is known then
  await page.keyboard.press('ControlOrMeta+P')
  await expect(page.getByRole('status').filter({ hasText: 'Loading the whole conversation to print it' })).toBeVisible()
  await expectOpenToAll(page, ':is(.printing, form[aria-label="New message"])') // a conversation is looked at elsewhere
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('link', { name: /^Drafts/ }).click()
  await expect(page.getByText('It comes as soon as the server can be reached.')).toBeVisible()
  await expectOpenToAll(page)
  drafts.goOn()
  messages.goOn()
  await expect(page.getByRole('heading', { name: 'Drafts' })).toBeVisible()
})

test.describe('with keys', () => {
  test.use({ serverEnv: { API_KEYS: `${KEYS.ann}:acme:Ann,${KEYS.ria}:acme:Ria:reader` } })

  test('nothing keeps anybody out of signing in and out, and of what readers see', async ({ page }) => {
    const signIn = async (key: string) => {
      await page.getByLabel('Key', { exact: true }).fill(key)
      await page.getByRole('button', { name: 'Sign in' }).click()
    }
    await page.goto('/')
    await expect(page.getByLabel('Key', { exact: true })).toBeFocused()
    await expectOpenToAll(page)
    await signIn(KEYS.ann)
    await expect(textbox(page)).toBeEditable()
    await textbox(page).fill('/allow Delete it\n/ask Which? | A | B')
    await send(page)
    await expect(page.getByRole('group', { name: 'Permission' })).toBeVisible()
    const address = page.url()
    await page.getByRole('link', { name: 'Settings' }).click()
    await expect(page.getByRole('button', { name: 'Sign out everywhere' })).toBeVisible()
    await expectOpenToAll(page)
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    const dialog = page.getByRole('alertdialog', { name: 'Sign out?' })
    await expect(dialog).toBeVisible()
    await expectOpenToAll(page, '[role=alertdialog]')
    await dialog.getByRole('button', { name: 'Sign out' }).first().click()
    await expect(page).toHaveURL(/\/sign-in/)
    await signIn(KEYS.ria)
    await expect(page.getByRole('group', { name: 'Account' })).toContainText('Ria')
    await page.goto(address)
    await expect(page.getByRole('note').first()).toBeVisible()
    await expect(page.getByRole('group', { name: 'Permission' })).toBeVisible()
    await expectOpenToAll(page)
  })
})

test.describe('with a finger', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })

  test('nothing keeps anybody out of a phone: an answer that is being made, the sessions in their drawer, and where files come from', async ({ page }) => {
    await openWithParts(page, [{ type: 'text', id: 'said', text: 'Let me see.' }, tool('done')], 'running')
    await expect(answers(page).getByRole('button', { name: 'done' })).toBeVisible()
    await expectOpenToAll(page)
    await textbox(page).fill('a draft')
    await page.getByRole('button', { name: 'Show sessions' }).click()
    await expect(newSession(page)).toBeInViewport({ ratio: 1 })
    await expectOpenToAll(page)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Attach files' }).click()
    await expect(page.getByRole('menuitem', { name: 'Take a photo' })).toBeVisible()
    await expectOpenToAll(page)
  })
})

/** They have nothing to be seen; why nothing has looked at them. */
const NOT_LOOKED_AT: Record<string, string> = {
  FarBlocks: 'only words that are hidden until the browser finds one of them: longAnswers.test.ts has it found',
  FarMessages: 'only words that are hidden until the browser finds one of them: history.test.ts has it found',
  LockCover: 'draws nothing itself: it takes the app out of sight, and locking.test.ts has what stands in its place looked at',
}

test('every component of the app was looked at', () => {
  const all = readdirSync(COMPONENTS, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.vue')).map(file => path.basename(file, '.vue'))
  const unseen = all.filter(name => !componentsLookedAt().has(name))

  expect(unseen.sort()).toEqual(Object.keys(NOT_LOOKED_AT).sort())
})
