import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from '@playwright/test'

export interface Place { x: number, y: number }
export interface DraggedItem { mimeType: string, data: string }

type Act = (type: 'dragEnter' | 'dragOver' | 'drop', place: Place) => Promise<void>

/** As the browser itself does it when something comes from another window. Chromium alone lets a program do that. */
export async function draggingReally(page: Page, items: readonly DraggedItem[], files: readonly string[]): Promise<Act> {
  const cdp = await page.context().newCDPSession(page)
  const copy = 1
  return async (type, place) => {
    await cdp.send('Input.dispatchDragEvent', { type, ...place, data: { items: [...items], files: [...files], dragOperationsMask: copy } })
  }
}

/** By events of a script, with files of the same names and bytes, at what lies there. Folders cannot be dragged so. */
export async function draggingByEvents(page: Page, items: readonly DraggedItem[], files: readonly string[]): Promise<Act> {
  const held = await Promise.all(files.map(async file => ({ name: path.basename(file), base64: (await readFile(file)).toString('base64') })))
  const transfer = await page.evaluateHandle(([items, files]) => {
    const data = new DataTransfer()
    items.forEach(({ mimeType, data: text }) => data.setData(mimeType, text))
    files.forEach(({ name, base64 }) => data.items.add(new File([Uint8Array.from(atob(base64), char => char.charCodeAt(0))], name)))
    return data
  }, [items, held] as const)
  return async (type, place) => {
    await transfer.evaluate((dataTransfer, [type, { x, y }]) => {
      const under = document.elementFromPoint(x, y)
      under?.dispatchEvent(new DragEvent(type.toLowerCase(), { dataTransfer, clientX: x, clientY: y, bubbles: true, composed: true, cancelable: true }))
    }, [type, place] as const)
  }
}
