import type { Locator, Page } from '@playwright/test'
import { composer } from './app.ts'

// The three ways in, as the browser itself offers them.

type OnDisk = { path: string } | string
const paths = (files: readonly OnDisk[]) => files.map(file => typeof file === 'string' ? file : file.path)

/** Through the button and the file chooser. */
export async function attach(page: Page, ...files: OnDisk[]): Promise<void> {
  const choosing = page.waitForEvent('filechooser')
  await composer(page).getByRole('button', { name: 'Attach files' }).click()
  await (await choosing).setFiles(paths(files))
}

/** A real drag of files, or of words from another program, which can be looked at before it is dropped. */
export async function drag(page: Page, given: readonly OnDisk[] | { words: string } | { link: string }, target: Locator) {
  const cdp = await page.context().newCDPSession(page)
  const dragged = { items: itemsOf(given), files: Array.isArray(given) ? paths(given) : [] }
  let place = await middle(target)

  async function act(type: 'dragEnter' | 'dragOver' | 'drop') {
    const copy = 1
    await cdp.send('Input.dispatchDragEvent', { type, ...place, data: { ...dragged, dragOperationsMask: copy } })
  }

  await act('dragEnter')
  await act('dragOver')
  return {
    drop: () => act('drop'),
    async moveTo(other: Locator) {
      place = await middle(other)
      await act('dragOver')
    },
  }
}

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

/** What a clipboard may hold at once, by media type: text as it is, an image as base64. */
export type Clipboard = Partial<Record<'text/plain' | 'image/png', string>>

/** Puts it on the clipboard and presses the keys that paste. */
export async function paste(page: Page, clipboard: Clipboard, into: Locator): Promise<void> {
  await copy(page, clipboard)
  await into.press('ControlOrMeta+V')
}

/** Puts it on the clipboard. */
export async function copy(page: Page, clipboard: Clipboard): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate(async (held) => {
    const items = Object.entries(held).map(([type, value]) => {
      const bytes = type.startsWith('image/') ? Uint8Array.from(atob(value), char => char.charCodeAt(0)) : value
      return [type, new Blob([bytes], { type })] as const
    })
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(items))])
  }, clipboard)
}
