import { By, Key } from 'selenium-webdriver'
import { pdfBytes, pngBytes } from '../helpers/images.ts'
import type { Disk } from '../e2e/disk.ts'
import type { Server } from '../e2e/serverProcess.ts'
import { expect, test as base } from '../e2e/satchel.ts'
import { openWebkit, type Webkit } from './webkit/openWebkit.ts'
import {
  ANSWERS, attachments, COMPOSER, drop, expectAccepted, expectSaved, expectShown, openApp, paste, pick, press, PREVIEW, SENT, textbox, textOf, words, write,
} from './webkit/person.ts'

const test = base.extend<{ open: () => Promise<Webkit> }>({
  open: async ({ disk }, use) => {
    const opened: Webkit[] = []
    await use(async () => {
      const webkit = await openWebkit(`${disk.folder}/profile`)
      opened.push(webkit)
      return webkit
    })
    await Promise.all(opened.map(({ kill }) => kill()))
  },
})

const shown = `${COMPOSER} [aria-label="Attachments"] img`

async function acceptedBy(server: Server, address: string) {
  const id = address.split('/').at(-1)
  const response = await fetch(`${server.url}/api/sessions/${id}/messages?limit=100`)
  const { messages } = await response.json() as { messages: { role: string, text: string, attachments: { filename: string, sha256: string, caption?: string | null, pages?: number | null }[] }[] }
  return messages.filter(({ role }) => role === 'user')
}

const mixed = async (disk: Disk) => [await disk.pdf('report.pdf'), await disk.screenshot('zebra.png'), await disk.text('notes.txt'), await disk.png('apple.png')] as const

test('files that are picked, dropped and pasted outlive a killed browser, in order, and arrive byte for byte', async ({ server, disk, open }) => {
  const [pdf, zebra, notes, apple] = await mixed(disk)
  const before = await open()
  const address = await openApp(before.driver, server.url)
  await write(before.driver, 'What is in these?')
  await pick(before.driver, pdf, zebra)
  await drop(before.driver, notes, apple)
  await expectSaved(before.driver, [pdf, zebra, notes, apple].map(({ name }) => name))
  await paste(before, 'image/png', pngBytes({ width: 70, height: 50, seed: 9 }))
  await expect.poll(async () => (await attachments(before.driver, COMPOSER)).length).toBe(5)
  const names = await attachments(before.driver, COMPOSER)
  expect(names[4]).toMatch(/^Pasted image .*\.png$/)
  await expectSaved(before.driver, names)
  await before.kill()

  const { driver } = await open()
  await openApp(driver, address)
  await expectSaved(driver, names)
  await expectShown(driver, shown, 3)
  expect(await textOf(driver)).toBe('What is in these?')
  await press(driver, 'Send')
  await expectAccepted(driver, 1)
  expect(await attachments(driver, SENT)).toEqual(names)
  const [message] = await acceptedBy(server, address)
  expect(message?.text).toBe('What is in these?')
  expect(message?.attachments.slice(0, 4).map(({ sha256 }) => sha256)).toEqual([pdf, zebra, notes, apple].map(({ sha256 }) => sha256))
})

test('a browser that is killed while it prepares files prepares them again at its next start', async ({ server, disk, open }) => {
  const files = [
    await disk.write('photo 1.png', pngBytes({ width: 2600, height: 1500, seed: 1 })), await disk.write('thesis.pdf', pdfBytes({ pages: 90 })),
    await disk.write('photo 2.png', pngBytes({ width: 2600, height: 1500, seed: 2 })),
  ]
  const before = await open()
  const address = await openApp(before.driver, server.url)
  await pick(before.driver, ...files)
  await expect.poll(() => words(before.driver, `${COMPOSER} li[aria-busy="true"]`)).not.toHaveLength(0)
  await expect.poll(async () => (await words(before.driver, COMPOSER)).join(' ')).toContain('Saved on this device')
  await before.kill()

  const { driver } = await open()
  await openApp(driver, address)
  await expectSaved(driver, files.map(({ name }) => name))
})

test('two tabs share a draft; what one sends is gone from the other', async ({ server, disk, open }) => {
  const file = await disk.png()
  const { driver } = await open()
  const address = await openApp(driver, server.url)
  const first = await driver.getWindowHandle()
  await write(driver, 'begun here')
  await pick(driver, file)
  await expectSaved(driver, [file.name])

  await driver.switchTo().newWindow('tab')
  await openApp(driver, address)
  await expectSaved(driver, [file.name])
  await expect.poll(() => textOf(driver)).toBe('begun here')
  await (await textbox(driver)).sendKeys(Key.END, ', ended there')

  const second = await driver.getWindowHandle()
  await driver.switchTo().window(first)
  await expect.poll(() => textOf(driver)).toBe('begun here, ended there')
  await press(driver, 'Send')
  await expectAccepted(driver, 1)
  await driver.switchTo().window(second)
  await expectAccepted(driver, 1)
  expect(await textOf(driver)).toBe('')
  expect(await acceptedBy(server, address)).toMatchObject([{ text: 'begun here, ended there' }])
})

test('what is sent while the server is down waits, over the end of the browser, and is accepted once', async ({ server, disk, open }) => {
  const file = await disk.screenshot('shot.png')
  const before = await open()
  const address = await openApp(before.driver, server.url)
  await write(before.driver, 'Are you there?')
  await pick(before.driver, file)
  await expectSaved(before.driver, [file.name])
  await server.kill()
  await press(before.driver, 'Send')
  await expect.poll(async () => (await words(before.driver, SENT)).join(' ')).toMatch(/Are you there\?[^]*Waiting/)
  await before.kill()

  await server.restart()
  const { driver } = await open()
  await openApp(driver, address)
  await expectAccepted(driver, 1)
  expect(await acceptedBy(server, address)).toMatchObject([{ text: 'Are you there?', attachments: [{ filename: 'shot.png', sha256: file.sha256 }] }])
  await expect.poll(async () => (await words(driver, ANSWERS))[0]).toContain(file.sha256)
})

test('pictures, pages of a PDF and texts are looked at, with the arrow keys from one to the next', async ({ server, disk, open }) => {
  const [pdf, zebra, notes] = await mixed(disk)
  const { driver } = await open()
  await openApp(driver, server.url)
  await pick(driver, zebra, pdf, notes)
  await expectSaved(driver, [zebra.name, pdf.name, notes.name])

  await press(driver, `Preview ${zebra.name}`)
  await expectShown(driver, `${PREVIEW} img[alt="${zebra.name}"]`, 1)
  await driver.actions().sendKeys(Key.ARROW_RIGHT).perform()
  await expect.poll(() => driver.findElements(By.css(`${PREVIEW} canvas`))).not.toHaveLength(0)
  await driver.actions().sendKeys(Key.ARROW_RIGHT).perform()
  await expect.poll(async () => (await words(driver, PREVIEW)).join(' ')).toContain('and a second line')
  await driver.actions().sendKeys(Key.ESCAPE).perform()
  await expect.poll(() => driver.findElements(By.css(PREVIEW))).toHaveLength(0)
})

test('files are put into another order, zoomed, turned, described and cut before they are sent', async ({ server, disk, open }) => {
  const [pdf, zebra] = await mixed(disk)
  const { driver } = await open()
  const address = await openApp(driver, server.url)
  const keys = (...pressed: string[]) => driver.actions().sendKeys(...pressed).perform()
  const size = (css: string) => driver.executeScript<number[]>('const { width, height } = document.querySelector(arguments[0]).getBoundingClientRect(); return [width, height].map(Math.round)', css)
  await pick(driver, pdf, zebra)
  await expectSaved(driver, [pdf.name, zebra.name])
  await driver.executeScript(`document.querySelector('${COMPOSER} [aria-label="Preview ${zebra.name}"]').focus()`)
  await driver.actions().keyDown(Key.CONTROL).sendKeys(Key.ARROW_LEFT).keyUp(Key.CONTROL).perform()
  await expectSaved(driver, [zebra.name, pdf.name])

  await press(driver, `Preview ${zebra.name}`)
  const picture = `${PREVIEW} img[alt="${zebra.name}"]`
  await expectShown(driver, picture, 1)
  const [width = 0, height = 0] = await size(picture)
  await press(driver, 'Zoom in', PREVIEW)
  await expect.poll(async () => (await size(picture))[0]).toBeGreaterThan(width)
  await keys('0')
  await expect.poll(() => size(picture)).toEqual([width, height])

  await press(driver, `Edit ${zebra.name}`, PREVIEW)
  const editor = `dialog[open][aria-label="Edit ${zebra.name}"]`
  await expect.poll(() => driver.findElements(By.css(`${editor} canvas`))).toHaveLength(1)
  const isUpright = () => driver.executeScript<boolean>('const { width, height } = document.querySelector(arguments[0]); return height > width', `${editor} canvas`)
  await expect.poll(async () => (await size(`${editor} canvas`))[0]).toBeGreaterThan(1)
  expect(await isUpright()).toBe(false)
  await driver.findElement(By.css(`${editor} input[aria-label="Turn"]`)).click()
  await driver.findElement(By.xpath('//sl-button[normalize-space()="Turn right"]')).click()
  await expect.poll(isUpright).toBe(true)
  await driver.findElement(By.xpath('//sl-button[normalize-space()="Done"]')).click()
  await expect.poll(() => driver.findElements(By.css(editor))).toHaveLength(0)
  await driver.findElement(By.css(`${PREVIEW} [aria-label="Caption of ${zebra.name}"]`)).sendKeys('On its side')
  await keys(Key.ESCAPE)
  await expect.poll(() => driver.findElements(By.css(PREVIEW))).toHaveLength(0)

  await press(driver, `Preview ${pdf.name}`)
  const pages = await driver.findElement(By.css(`${PREVIEW} [aria-label="Pages of ${pdf.name}"] input[aria-label="Pages"]`))
  await pages.clear()
  await pages.sendKeys('1', Key.ENTER)
  await expect.poll(async () => (await words(driver, PREVIEW)).join(' ')).toContain('Page 1 of 1')
  await keys(Key.ESCAPE)
  await press(driver, 'Send')
  await expectAccepted(driver, 1)

  const [message] = await acceptedBy(server, address)
  expect(message?.attachments.map(({ filename, caption, pages }) => [filename, caption, pages])).toEqual([[zebra.name, 'On its side', null], [pdf.name, null, 1]])
})
