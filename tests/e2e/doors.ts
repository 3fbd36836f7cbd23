import type { Locator, Page } from '@playwright/test'
import { copyToScreen } from '../helpers/screenClipboard.ts'
import { composer } from './app.ts'
import { draggingByEvents, draggingReally } from './dragging.ts'

// The three ways in, as the browser itself offers them.

type OnDisk = { path: string } | string
const isChromium = (page: Page) => page.context().browser()?.browserType().name() !== 'firefox'
const paths = (files: readonly OnDisk[]) => files.map(file => typeof file === 'string' ? file : file.path)

/** Firefox takes a chooser that a program answered for one that is still open, and opens no other for that field. */
const answered = new WeakSet<Page>()

/** Through the button and the file chooser. */
export async function attach(page: Page, ...files: OnDisk[]): Promise<void> {
  if (!isChromium(page) && answered.has(page))
    return page.getByLabel('Files to attach').setInputFiles(paths(files))
  answered.add(page)
  const choosing = page.waitForEvent('filechooser')
  await composer(page).getByRole('button', { name: 'Attach files' }).click()
  if (await page.evaluate(() => matchMedia('(pointer: coarse)').matches))
    await page.getByRole('menuitem', { name: 'Files', exact: true }).click()
  await (await choosing).setFiles(paths(files))
}

/** A drag of files, or of words from another program, which can be looked at before it is dropped: a real one where the browser lets a program drag. */
export async function drag(page: Page, given: readonly OnDisk[] | { words: string } | { link: string }, target: Locator) {
  const act = isChromium(page) ? await draggingReally(page, itemsOf(given), filesOf(given)) : await draggingByEvents(page, itemsOf(given), filesOf(given))
  let place = await middle(target)

  await act('dragEnter', place)
  await act('dragOver', place)
  return {
    drop: () => act('drop', place),
    async moveTo(other: Locator) {
      place = await middle(other)
      await act('dragOver', place)
    },
  }
}

const filesOf = (given: readonly OnDisk[] | { words: string } | { link: string }) => Array.isArray(given) ? paths(given) : []

const itemsOf = (given: readonly OnDisk[] | { words: string } | { link: string }) => {
  if ('words' in given)
    return [{ mimeType: 'text/plain', data: given.words }]
  return 'link' in given ? [{ mimeType: 'text/uri-list', data: given.link }] : []
}

export async function dropFiles(page: Page, files: readonly OnDisk[], target: Locator = page.getByRole('main')): Promise<void> {
  const dragged = await drag(page, files, target)
  await dragged.drop()
}

async function middle(target: Locator) {
  const box = await target.boundingBox()
  if (!box)
    throw new Error('nothing can be dropped on what is not shown')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** Pixels from its corner. What Firefox's driver calls a double click are two clicks; the event is a script's there. */
export async function doubleClick(target: Locator, position: { x: number, y: number }): Promise<void> {
  if (isChromium(target.page()))
    return target.dblclick({ position })
  const box = await target.boundingBox()
  await target.dispatchEvent('dblclick', { clientX: (box?.x ?? 0) + position.x, clientY: (box?.y ?? 0) + position.y, bubbles: true })
}

/** What a clipboard may hold at once, by media type: text as it is, an image as base64. */
export type Clipboard = Partial<Record<'text/plain' | 'image/png', string>>

/** Puts it on the clipboard and presses the keys that paste. */
export async function paste(page: Page, clipboard: Clipboard, into: Locator): Promise<void> {
  await copy(page, clipboard)
  await into.press('ControlOrMeta+V')
}

/** Puts it on the clipboard. */
export async function copy(page: Page, clipboard: Clipboard): Promise<void> {
  const picture = clipboard['image/png']
  if (!isChromium(page) && picture && !clipboard['text/plain'])
    return copyToScreen('image/png', Buffer.from(picture, 'base64')) // its driver keeps scripts from holding a picture there
  if (isChromium(page))
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate(async (held) => {
    const items = Object.entries(held).map(([type, value]) => {
      const bytes = type.startsWith('image/') ? Uint8Array.from(atob(value), char => char.charCodeAt(0)) : value
      return [type, new Blob([bytes], { type })] as const
    })
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(items))])
  }, clipboard)
}
