import { openApp, send, sent, textbox } from './app.ts'
import { expect, test } from './satchel.ts'

// That nobody else is asked for anything holds in every test here: a picture would be.
test('what a message says is shown, not run: pictures wait for a click, links hand nothing over', async ({ page }) => {
  await openApp(page)
  await textbox(page).fill([
    '![a chart](https://example.com/chart.png) and [a page](https://example.com/page)',
    '<img src=x onerror="document.title = \'run\'"> [nothing](javascript:document.title=\'run\')',
    '',
    '3. third',
  ].join('\n'))
  await send(page)

  const message = sent(page)
  for (const [name, href] of [['a chart', 'https://example.com/chart.png'], ['a page', 'https://example.com/page']] as const) {
    const link = message.getByRole('link', { name })
    await expect(link).toHaveAttribute('href', href)
    await expect(link).toHaveAttribute('target', '_blank')
    await expect(link).toHaveAttribute('rel', 'noopener noreferrer')
  }
  await expect(message.getByRole('link')).toHaveCount(2)
  await expect(message.getByRole('img')).toHaveCount(0)
  await expect(message).toContainText('<img src=x')
  await expect(message.getByRole('list')).toHaveAttribute('start', '3')
  await expect(page).not.toHaveTitle('run')
})

test('code is copied as it was written', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openApp(page)
  await textbox(page).fill('```\nif (a < b)\n\treturn "&amp;"\n```')
  await send(page)

  await sent(page).getByRole('button', { name: 'Copy code' }).click()

  await expect(sent(page).getByRole('button', { name: 'Copied' })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('if (a < b)\n\treturn "&amp;"\n')
})
