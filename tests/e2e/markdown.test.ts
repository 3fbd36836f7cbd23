import { answers, expectAgentDone, history, openApp, send, sent, textbox } from './app.ts'
import { expect, test } from './satchel.ts'
import { seedAnswer } from './seeding.ts'

// That nobody else is asked for anything holds in every test here: a picture would be.
test('what a message says is shown, not run: pictures wait for a click, links hand nothing over', async ({ page }) => {
  const written = [
    '![a chart](https://example.com/chart.png) and [a page](https://example.com/page)',
    '<img src=x onerror="document.title = \'run\'"> [nothing](javascript:document.title=\'run\')',
    '',
    '   3. third  __name__ &amp; \\_',
  ].join('\n')
  await openApp(page)
  await textbox(page).fill(written)
  await send(page)
  await expectAgentDone(page)

  // The person's own words are what they wrote; the agent quotes them as Markdown.
  await expect.poll(() => sent(page).locator('.words').evaluate(element => element.textContent)).toBe(written)
  await expect(sent(page).getByRole('img')).toHaveCount(0)
  const answer = answers(page)
  for (const [name, href] of [['a chart', 'https://example.com/chart.png'], ['a page', 'https://example.com/page']] as const) {
    const link = answer.getByRole('link', { name })
    await expect(link).toHaveAttribute('href', href)
    await expect(link).toHaveAttribute('target', '_blank')
    await expect(link).toHaveAttribute('rel', 'noopener noreferrer')
  }
  await expect(answer.getByRole('link')).toHaveCount(2)
  await expect(answer.getByRole('img')).toHaveCount(0)
  await expect(answer).toContainText('<img src=x')
  await expect(answer.getByRole('list')).toHaveAttribute('start', '3')
  await expect(page).not.toHaveTitle('run')
})

test('code is copied as it was written', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openApp(page)
  await textbox(page).fill('```\nif (a < b)\n\treturn "&amp;"\n```')
  await send(page)
  await expectAgentDone(page)

  await answers(page).getByRole('button', { name: 'Copy code' }).click()

  await expect(answers(page).getByRole('button', { name: 'Copied' })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('if (a < b)\n\treturn "&amp;"\n')
})

test('formulas, checklists and tables are drawn, by this server alone; an answer is announced once', async ({ page }) => {
  await openApp(page)
  await textbox(page).fill('- [x] done\n\n\\(x^2 + y^2\\) for $5\n\n| a | b |\n|---|---|\n| 41 ms | 3 MB |\n\nSaid[^1].\n\n[^1]: By whom.')
  await send(page)
  await expectAgentDone(page)

  const answer = answers(page)
  await expect(answer.locator('.katex')).toHaveCount(1)
  await expect(answer.getByRole('checkbox', { name: 'Done' })).toBeChecked()
  await expect(answer).toContainText('for $5')
  await expect(answer.getByRole('cell', { name: '41 ms' })).toBeVisible()
  await expect(answer.locator('math')).toHaveCount(1)
  const mention = answer.getByRole('link', { name: 'Footnote 1', exact: true })
  const address = page.url()
  await mention.click()
  await expect(answer.locator('.footnote-text')).toBeFocused()
  await answer.getByRole('link', { name: 'Back to footnote 1 in the text' }).click()
  await expect(mention).toBeFocused()
  expect(page.url()).toBe(address)
  await expect(history(page)).toHaveAttribute('aria-live', 'off')
  await expect(page.getByRole('status', { name: 'Announcements' })).toContainText('The agent answered: This is the loopback agent')
})

test('what is selected in code that got its colours while the answer paused stays selected when it goes on', async ({ page, server }) => {
  await openApp(page)
  await textbox(page).fill('```ts\nconst first = 1\n```')
  await send(page)
  await expect(answers(page).locator('.code-keyword').first()).toHaveText('const') // what colours is here before the server pauses
  await expectAgentDone(page)
  await textbox(page).fill(`\`\`\`ts\n${'const selected = 1\n'.repeat(30)}${'more()\n'.repeat(600)}\`\`\``)
  await send(page)
  const code = answers(page).last().locator('pre')
  await expect(code).toContainText('selected = 1')
  server.pause()
  await expect(code.locator('.code-keyword').first()).toHaveText('const')
  const before = await code.evaluate((pre) => {
    getSelection()?.selectAllChildren(pre.querySelector('.code-keyword')!)
    return pre.textContent.length
  })

  server.resume()
  await expectAgentDone(page)

  expect(await code.evaluate(pre => pre.textContent.length)).toBeGreaterThan(before)
  expect(await page.evaluate(() => getSelection()?.toString())).toBe('const')
  await page.evaluate(() => getSelection()?.removeAllRanges())
  await expect(code.locator('.code-lines').last().getByText('more').first()).toBeAttached()
  await expect(code).toHaveText(new RegExp(`^(const selected = 1\\s+){30}(more\\(\\)\\s*){600}$`))
})

test('what is selected while an answer grows stays selected, and what is copied holds neither times nor buttons', async ({ page, context, server }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openApp(page)
  await textbox(page).fill(`\\(x^2\\)\n\n\`\`\`ts\n${'selected words '.repeat(30)}\n${'more\n'.repeat(600)}\`\`\``)
  await send(page)
  const code = answers(page).locator('pre')
  await expect(code).toContainText('selected words')
  server.pause() // the answer goes on growing after the selection
  const before = await code.evaluate((pre) => {
    const text = document.createTreeWalker(pre, NodeFilter.SHOW_TEXT).nextNode() as Text
    getSelection()?.setBaseAndExtent(text, 0, text, 14)
    return text.length
  })

  server.resume()
  await expectAgentDone(page)

  expect(await code.evaluate(pre => pre.textContent.length)).toBeGreaterThan(before)
  expect(await page.evaluate(() => getSelection()?.toString())).toBe('selected words')

  await history(page).evaluate(log => getSelection()?.selectAllChildren(log))
  await page.keyboard.press('Control+C')
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toContain('This is the loopback agent')
  expect(copied).toContain('\\(x^2\\)')
  expect(copied).not.toMatch(/\d:\d\d|Today|Copy code|Show all|Sent/)
})

test('code is coloured when it is finished, moves nothing, and thousands of lines hold nobody up', async ({ page, server }) => {
  const line = (i: number) => `export const value${i} = compute("text", ${i}) // as it was`
  const answer = ['```ts', ...Array.from({ length: 5000 }, (_, i) => line(i)), '```'].join('\n')
  const session = await seedAnswer(server, answer)
  await page.addInitScript(() => {
    const found = { shift: 0 }
    Object.assign(window, { found })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[])
        found.shift += entry.value
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await page.goto(`/session/${session}`)

  const code = answers(page).locator('.code code')
  const coloured = code.locator('.code-keyword')
  await code.locator('text=value4999').scrollIntoViewIfNeeded()
  await expect.poll(() => code.locator('.code-lines').last().locator('.code-keyword').count()).toBeGreaterThan(10)
  const colours = await code.evaluate(element => [...new Set([...element.querySelectorAll('.code-lines:last-child span')].map(span => getComputedStyle(span).color))])
  expect(colours.length).toBeGreaterThan(2)
  expect(await coloured.count()).toBeLessThan(5000) // only what is near
  expect(await code.evaluate(element => element.textContent)).toBe(answer.split('\n').slice(1, -1).join('\n') + '\n')
  expect(await page.evaluate(() => (window as unknown as { found: { shift: number } }).found.shift)).toBeLessThan(0.01)

  // Copied by hand it is what it was, without a line too many.
  const copied = await code.evaluate((element) => {
    getSelection()?.selectAllChildren(element)
    return getSelection()?.toString()
  })
  expect(copied?.trimEnd()).toBe(answer.split('\n').slice(1, -1).join('\n'))
})
