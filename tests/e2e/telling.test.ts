import type { Page } from '@playwright/test'
import { alerts, connection, expectSaved, newSession, openApp, placeAtRest, sessions, textbox } from './app.ts'
import { animatedGifBytes } from '../helpers/imageFiles.ts'
import { attach, dropFiles } from './doors.ts'
import { expect, test } from './satchel.ts'

// What a person is told, where, and for how long.

test('who is offline sees it without a pause, from session to session and on the other pages', async ({ page, server }) => {
  await openApp(page)
  await textbox(page).fill('first')
  await newSession(page).click()
  await textbox(page).fill('second')
  await expect(sessions(page).getByText('Draft', { exact: true })).toHaveCount(2)
  await page.waitForLoadState('networkidle')
  await server.kill()
  await expect(connection(page)).toHaveText(/Offline|Reconnecting/)
  const gone = await watchConnection(page)

  await sessions(page).getByRole('link').filter({ hasText: 'first' }).click()
  await expect(textbox(page)).toHaveValue('first')
  await page.getByRole('link', { name: /^Drafts/ }).click()
  await expect(page.getByRole('heading', { name: 'Drafts' })).toBeVisible()
  await page.getByRole('link', { name: 'Settings' }).click()
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible()
  const told = await placeAtRest(page.getByRole('region', { name: 'Server' }).locator('.away'))
  expect(told.y, 'it covers nothing that the page begins with').toBeGreaterThan(500)
  await page.setViewportSize({ width: 700, height: 800 })
  await page.setViewportSize({ width: 1280, height: 800 })
  const mark = sessions(page).getByText('Satchel').locator('img')
  await expect.poll(() => mark.evaluate((drawn: HTMLImageElement) => drawn.naturalWidth), 'what is drawn anew asks nobody for it').toBeGreaterThan(0)
  await sessions(page).getByRole('link').filter({ hasText: 'second' }).click()
  await expect(textbox(page)).toHaveValue('second')

  expect(await gone.evaluate(moments => moments)).toEqual([])
  await expect(connection(page)).toBeVisible()
})

/** The moments, as they come, at which the page does not say that it is offline. */
async function watchConnection(page: Page) {
  return page.evaluateHandle(() => {
    const moments: string[] = []
    const look = () => {
      const status = document.querySelector('[role="status"][aria-label="Connection"]')
      if (!/Offline|Reconnecting/.test(status?.textContent ?? ''))
        moments.push(location.pathname)
    }
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
    return moments
  })
}

test('nineteen files that cannot be taken are one alert, opened to see each, and gone with one press', async ({ page, disk }) => {
  const bad = await Promise.all(Array.from({ length: 19 }, (_, i) => disk.write(`${i + 1}.zip`, `PK\x03\x04\0\0${i}`)))
  const good = await disk.png('good.png')
  await openApp(page)

  await dropFiles(page, [...bad, good])

  await expectSaved(page, [good])
  await expect(alerts(page)).toHaveCount(1)
  await expect(alerts(page).filter({ hasText: '19 files were not attached' })).toBeVisible()
  await expect(alerts(page).getByText(/17\.zip/)).toBeHidden()
  await alerts(page).getByText('19 files were not attached').click()
  await expect(alerts(page).getByRole('listitem')).toHaveCount(19)
  await expect(alerts(page).getByText(/17\.zip.*only images/)).toBeVisible()

  await alerts(page).getByRole('button', { name: 'Dismiss' }).press('Enter')

  await expect(alerts(page)).toHaveCount(0)
  await expect(textbox(page)).toBeFocused()
  await attach(page, bad[0]!)
  await expect(alerts(page)).toHaveText(/1\.zip/)
})

test('on a telephone what is said of many files is whole, however long the names on the buttons are', async ({ page, disk }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await openApp(page)
  await attach(page, ...await Promise.all(Array.from({ length: 8 }, (_, i) => disk.write(`${'an archive with a long name '.repeat(3)}${i}.zip`, `PK\x03\x04\0\0${i}`))))
  await alerts(page).getByRole('button', { name: '8 files were not attached' }).click()
  const list = page.getByRole('list', { name: 'Files that were not attached' })
  await expect(list.getByRole('button').first()).toBeVisible()
  expect(await page.locator('.notices').evaluate(box => box.scrollWidth <= box.clientWidth)).toBe(true)
  const { x, width } = await placeAtRest(list)
  expect(x + width).toBeLessThanOrEqual(352)
})

test('what keeps one from going on stands above what one should only know, and what does not fit fades out until it is scrolled to @chromium', async ({ page, disk }) => {
  await page.setViewportSize({ width: 360, height: 640 })
  await openApp(page)
  const moving = await disk.write('moving.gif', animatedGifBytes())
  await attach(page, moving)
  await expectSaved(page, [moving])
  const remark = page.getByRole('status').filter({ hasText: 'moving.gif moves' })
  await expect(remark).toBeVisible()
  await attach(page, ...await Promise.all(Array.from({ length: 5 }, (_, i) => disk.write(`${i + 1}.zip`, `PK\x03\x04\0\0${i}`))))
  await expect(alerts(page)).toHaveCount(5)

  const list = page.locator('.notices')
  expect(await list.evaluate(box => Array.from(box.children, ({ role }) => role))).toEqual([...Array(5).fill('alert'), 'status'])
  const faded = () => list.evaluate(box => getComputedStyle(box).getPropertyValue('--cut-end'))
  await expect.poll(faded).toBe('32px')
  await expect(remark).not.toBeInViewport({ ratio: 1 })
  await list.evaluate(box => box.scrollTo({ top: box.scrollHeight, behavior: 'instant' }))
  await expect.poll(faded).toBe('0px')
  await expect(remark).toBeInViewport({ ratio: 0.9 })
})
