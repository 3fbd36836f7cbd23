import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect } from '@playwright/test'
import { By, Key, type WebDriver, type WebElement } from 'selenium-webdriver'
import type { Webkit } from './openWebkit.ts'

// What a person does and sees, in an engine that Playwright does not drive here. Names are those that a screen reader says.

export const COMPOSER = 'form[aria-label="New message"]'
export const SENT = '[role="log"] article[aria-label="You"]'
export const ANSWERS = '[role="log"] article[aria-label="Agent"]'
export const PREVIEW = 'dialog[open][aria-label^="Preview of "]'

interface Given { name: string, path: string }

export const textbox = (driver: WebDriver) => driver.findElement(By.css('textarea[aria-label="Message"]'))
export const textOf = async (driver: WebDriver) => driver.executeScript<string>('return document.querySelector(\'textarea[aria-label="Message"]\').value')

/** The words of each of these that is on the page. */
export const words = (driver: WebDriver, css: string) =>
  driver.executeScript<string[]>('return [...document.querySelectorAll(arguments[0])].map(element => element.innerText)', css)

export async function openApp(driver: WebDriver, address: string): Promise<string> {
  await driver.get(address)
  await expect.poll(() => driver.getCurrentUrl()).toMatch(/\/session\/[\w-]+$/)
  await expect.poll(() => driver.findElements(By.css('textarea[aria-label="Message"]'))).toHaveLength(1)
  return driver.getCurrentUrl()
}

export async function write(driver: WebDriver, text: string): Promise<void> {
  await (await textbox(driver)).sendKeys(text)
}

/** Presses the button of this name, once it can be pressed. */
export async function press(driver: WebDriver, name: string, within = 'body'): Promise<void> {
  await expect.poll(() => tryPress(driver, `${within} button[aria-label="${name}"]`), { message: `the button ${name}` }).toBe(true)
}

/** What is drawn anew in the meantime is looked for again. */
async function tryPress(driver: WebDriver, css: string): Promise<boolean> {
  try {
    const [button] = await driver.findElements(By.css(css))
    if (!await button?.isEnabled())
      return false
    await button?.click()
    return true
  }
  catch {
    return false
  }
}

/** As the file chooser gives them, which is the system's and not the page's. */
export async function pick(driver: WebDriver, ...files: Given[]): Promise<void> {
  const field = await driver.findElement(By.css('input[aria-label="Files to attach"]'))
  await field.sendKeys(files.map(({ path }) => path).join('\n'))
}

/** By the events of a drop: no program can drag files into this engine. */
export async function drop(driver: WebDriver, ...files: Given[]): Promise<void> {
  const held = await Promise.all(files.map(async file => ({ name: path.basename(file.path), base64: (await readFile(file.path)).toString('base64') })))
  await driver.executeScript((files: { name: string, base64: string }[]) => {
    const dataTransfer = new DataTransfer()
    for (const { name, base64 } of files)
      dataTransfer.items.add(new File([Uint8Array.from(atob(base64), char => char.charCodeAt(0))], name))
    for (const type of ['dragenter', 'dragover', 'drop'])
      document.querySelector('main')?.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
  }, held)
}

/** From the screen's own clipboard, with the keys. */
export async function paste({ driver, screen }: Pick<Webkit, 'driver' | 'screen'>, mediaType: string, bytes: Uint8Array): Promise<void> {
  await screen.copy(mediaType, bytes)
  const field: WebElement = await textbox(driver)
  await field.click()
  await driver.actions().keyDown(Key.CONTROL).sendKeys('v').keyUp(Key.CONTROL).perform()
}

/** Names of the attachments of the composer or of one message, in their order. */
export const attachments = (driver: WebDriver, within: string) => driver.executeScript<string[]>((within: string) =>
  [...document.querySelectorAll(`${within} [aria-label="Attachments"] button[aria-label^="Preview "]`)]
    .map(button => button.getAttribute('aria-label')?.replace('Preview ', '')), within)

/** These stand in the composer, in this order, and are prepared. */
export async function expectSaved(driver: WebDriver, names: readonly string[]): Promise<void> {
  await expect.poll(() => attachments(driver, COMPOSER)).toEqual(names)
  await expect.poll(() => driver.findElements(By.css(`${COMPOSER} [aria-busy="true"]`))).toHaveLength(0)
}

/** The server has accepted what was sent, and has it with the agent. */
export async function expectAccepted(driver: WebDriver, count: number): Promise<void> {
  await expect.poll(() => words(driver, SENT)).toHaveLength(count)
  await expect.poll(async () => (await words(driver, SENT)).join(' ')).not.toMatch(/Sending…|Waiting|Not sent\./)
  await expect.poll(() => words(driver, ANSWERS)).toHaveLength(count)
}

/** Every picture there has been decoded by the engine. */
export async function expectShown(driver: WebDriver, css: string, count: number): Promise<void> {
  await expect.poll(() => driver.executeScript((css: string) =>
    [...document.querySelectorAll<HTMLImageElement>(css)].filter(image => image.naturalWidth > 0).length, css)).toBe(count)
}
