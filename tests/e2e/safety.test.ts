import { answers, composer, expectAgentDone, expectSaved, history, openApp, preview, send, sessionId, textbox, thumbnail } from './app.ts'
import { attach } from './doors.ts'
import { getMessages } from './rest.ts'
import { expect, test } from './satchel.ts'

const hacked = () => 'hacked' in window

const HOSTILE = `<script>window.hacked = 1</script>
<img src=x onerror="window.hacked = 1">
<svg onload="window.hacked = 1"><script>window.hacked = 1</script></svg>
<iframe srcdoc="<script>parent.hacked = 1</script>"></iframe>

[press me](javascript:window.hacked=1) [or me](data:text/html,<script>window.hacked=1</script>)

![a picture](https://elsewhere.example/pixel.png) and an honest [link](https://elsewhere.example/)
`

test('no message runs a script or fetches anything from elsewhere', async ({ page }) => {
  await openApp(page)
  await textbox(page).fill(HOSTILE)
  await send(page)
  await expectAgentDone(page)
  await expect(answers(page)).toContainText('honest')

  // The app's own icons are one path each.
  const hostile = await history(page).evaluate(messages => messages.querySelectorAll('article :is(script, img, svg:not(.icon), .icon > :not(path:only-child), iframe, [onerror], [onload])').length)
  expect(hostile).toBe(0)
  for (const words of ['press me', 'or me']) {
    for (const place of await history(page).getByText(words).all())
      await place.click()
  }
  expect(await page.evaluate(hacked)).toBe(false)

  const link = answers(page).getByRole('link', { name: 'link', exact: true })
  await expect(link).toHaveAttribute('rel', /noopener/)
  await expect(link).toHaveAttribute('target', '_blank')
})

test('a file name is a name, whatever is written in it', async ({ page, disk }) => {
  const name = '<img src=x onerror=window.hacked=1>.txt'
  await openApp(page)
  await attach(page, await disk.write(name, 'harmless'))
  await expectSaved(page, [name])
  await thumbnail(composer(page), name).click()
  await expect(preview(page)).toContainText('harmless')
  await page.keyboard.press('Escape')

  await send(page)
  await expectAgentDone(page)

  await expect(answers(page)).toContainText(name)
  await expect(page.getByRole('main').locator('img')).toHaveCount(0)
  await expect(page.locator('img[src="x"]')).toHaveCount(0)
  expect(await page.evaluate(hacked)).toBe(false)
})

test('a page that was attached as text is shown as text, also at its own address', async ({ page, disk }) => {
  const source = '<!doctype html><title>x</title><script>window.hacked = 1; document.title = "hacked"</script>'
  await openApp(page)
  await attach(page, await disk.write('page.html', source))
  await expectSaved(page, ['page.html'])
  await thumbnail(composer(page), 'page.html').click()
  await expect(preview(page).locator('pre')).toHaveText(source)
  await page.keyboard.press('Escape')
  await send(page)
  const [message] = await getMessages(page, sessionId(page))

  await page.goto(message!.attachments[0]!.url)

  await expect(page.getByText('window.hacked')).toBeVisible()
  expect(await page.title()).not.toBe('hacked')
  expect(await page.evaluate(hacked)).toBe(false)
})

test('even a script that got into the page is not run', async ({ browser, server }) => {
  const page = await browser.newPage({ baseURL: server.url }) // not the usual one, in which a blocked script is a failure
  await openApp(page)
  const blocked = page.waitForEvent('console', message => /Content Security Policy/.test(message.text()))

  await page.evaluate(() => {
    document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="window.hacked = 1">')
  })

  await blocked
  expect(await page.evaluate(hacked)).toBe(false)
  await page.close()
})
