import { expect, test } from './satchel.ts'
import { answers, composer, expectAgentDone, openApp, send, textbox } from './app.ts'
import { openWithParts, tool } from './madeParts.ts'

const activity = (scope: ReturnType<typeof answers>) => scope.getByRole('list', { name: 'Activity' })

test('what the agent did is shown in its order, quietly, with the details on demand, and is the same after a reload', async ({ page, context }) => {
  await openApp(page)
  const other = await context.newPage()
  await other.goto(page.url())
  await textbox(page).fill([
    '/write sub/a.txt one', '/edit sub/a.txt one => two', '/think The file is small.', ...Array.from({ length: 5 }, () => '/read sub/a.txt'),
    '/read missing.txt', '/tasks Look | Write', '/slow 3', '/write b.txt last',
  ].join('\n'))
  await send(page)
  await expectAgentDone(page)

  for (const tab of [page, other, page]) {
    if (tab === page)
      await page.reload()
    const answer = answers(tab)
    const lines = activity(answer).first()
    await expect(lines.getByRole('button')).toHaveText([/Write sub\/a.txt/, /Edit sub\/a.txt.*\+1.*−1/s, /Thought for 1 s/, /Read 5 files/, /Read missing.txt/])
    await expect(lines.locator('pre')).toHaveText('There is no file missing.txt.') // a failure is open
    await expect(answer.getByRole('list', { name: 'Tasks' }).getByRole('checkbox')).toHaveCount(2)
    await expect(answer).toContainText('1 2 3')
    await expect(activity(answer).last().getByRole('button')).toHaveText(/Write b.txt/)

    await lines.getByRole('button', { name: 'Edit sub/a.txt' }).click()
    const change = lines.getByRole('group', { name: 'Changes of sub/a.txt' })
    await expect(change.locator('.line')).toHaveText([/1.*−one/s, /1.*\+two/s])
    await lines.getByRole('button', { name: 'Thought for 1 s' }).click()
    await expect(lines.getByText('The file is small.')).toBeVisible()
    await lines.getByRole('button', { name: 'Read 5 files' }).click()
    await expect(lines.getByRole('list', { name: 'Files that were read' }).getByRole('button')).toHaveCount(5)
  }
})

test('what a tool returned long ago comes when it is unfolded and stays; where it cannot come, that is said', async ({ page, context }) => {
  await openApp(page)
  const text = 'word '.repeat(200)
  await textbox(page).fill(`/write notes.txt ${text}\n/read notes.txt`)
  await send(page)
  await expectAgentDone(page)
  await page.reload()
  const lines = activity(answers(page))
  await expect(lines.getByRole('button')).toHaveText([/Write notes.txt.*\+1/s, /Read notes.txt/])

  await context.setOffline(true)
  await lines.getByRole('button', { name: 'Read notes.txt' }).click()
  await expect(lines.getByRole('status')).toHaveText(/^What it was given and returned is not on this device\. The server cannot be reached\..* Try again$/)

  await context.setOffline(false)
  await lines.getByRole('button', { name: 'Try again' }).click()
  await expect(lines.locator('pre')).toHaveText(text.trim())
  await lines.getByRole('button', { name: 'Read notes.txt' }).click()
  await context.setOffline(true)
  await lines.getByRole('button', { name: 'Read notes.txt' }).click()
  await expect(lines.locator('pre')).toHaveText(text.trim())
  await context.setOffline(false)
  await lines.getByRole('button', { name: 'Write notes.txt' }).click()
  await expect(lines.getByRole('group', { name: 'Changes of notes.txt' }).locator('.line')).toHaveText([/\+word word/])
})

test('an answer that is nothing but tools says what was done, also to who listens', async ({ page }) => {
  await openApp(page)
  await textbox(page).fill('/write a.txt one')
  await send(page)
  await expectAgentDone(page)

  await expect(activity(answers(page)).getByRole('button', { name: 'Write a.txt' })).toBeVisible()
  await expect(page.getByRole('status', { name: 'Announcements' })).toHaveText('The agent is done.')
})

test('names and outputs that would deceive are shown harmless, and nothing in them runs', async ({ page }) => {
  const evil = '\u202Egpj.exe\u0007<img src=x onerror="document.title=\'pwned\'">'
  await openWithParts(page, [
    tool('one', { title: `Run ${evil}`, input: { command: `echo ${evil}\nsecond line` }, output: { text: `<script>document.title="pwned"</script>\u202Eabc` }, status: 'failed' }),
    tool('two', { name: 'Edit', title: `Edit ${evil}`, output: { change: { path: evil, hunks: [{ oldStart: 1, newStart: 1, lines: [`-${evil}`, '+good'] }] } } }),
    tool('parent', { name: 'Task', title: 'Look around' }),
    tool('child', { title: 'Run ls', parentId: 'parent' }),
    { type: 'text', id: 'said', text: 'Done.' },
  ])
  const lines = activity(answers(page)).first()
  await lines.getByRole('button', { name: 'Edit' }).click()

  await expect(lines.getByRole('group', { name: /^Changes of/ })).toBeVisible()
  expect(await answers(page).evaluate(article => article.outerHTML)).not.toMatch(/\p{Bidi_Control}|\p{Cc}(?<!\n)/u)
  await expect(lines.locator('img, script')).toHaveCount(0)
  await expect(page).not.toHaveTitle(/pwned/)
  await expect(lines.getByRole('list', { name: 'Activity of the subagent' }).getByRole('button')).toHaveText(/Run ls/)
})

test('a tool that runs says for how long, and can be stopped', async ({ page }) => {
  await openWithParts(page, [tool('wait', { title: 'Run npm test', status: 'running', startedAt: new Date(Date.now() - 65_000).toISOString(), endedAt: null })], 'running')

  await expect(activity(answers(page)).getByRole('button', { name: 'Run npm test' })).toContainText(/1 min \d+ s/)
  await expect(composer(page).getByRole('button', { name: 'Stop' })).toBeVisible()
})
