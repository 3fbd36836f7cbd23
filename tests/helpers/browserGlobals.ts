import 'fake-indexeddb/auto'
import { Blob as NodeBlob, File as NodeFile } from 'node:buffer'
import { IDBFactory } from 'fake-indexeddb'
import { beforeEach } from 'vitest'
import { readImageSize } from './imageSize.ts'
import { closeDraftStorage } from '../../src/client/utils/storage/draftDatabase.ts'
import { sniffMediaType } from '../../src/shared/sniff.ts'

/*
 * What a browser has and this environment lacks. Only the browser's own parts are replaced, as small as
 * they can be: a picture decodes if its header is sound, and every thumbnail is the same picture.
 */

// The database clones what it stores, and only Node's own Blobs and Files survive that.
Object.assign(globalThis, { Blob: NodeBlob, File: NodeFile })

// Lit warns of its development build with each file of tests that draws a part of Shoelace.
Object.assign(globalThis, { litIssuedWarnings: new Set(['dev-mode']) })

async function createImageBitmap(image: Blob | ImageBitmap, { resizeWidth, resizeHeight }: ImageBitmapOptions = {}) {
  const size = image instanceof Blob ? await headerSize(image) : image
  if (!size)
    throw new DOMException('The source image could not be decoded.', 'InvalidStateError')
  return { width: resizeWidth ?? size.width, height: resizeHeight ?? size.height, close() {} }
}

async function headerSize(image: Blob) {
  const bytes = new Uint8Array(await image.arrayBuffer())
  return sniffMediaType(bytes) && readImageSize(bytes)
}

class OffscreenCanvas {
  constructor(readonly width: number, readonly height: number) {}

  getContext() {
    return { drawImage() {} }
  }

  async convertToBlob({ type }: { type: string }) {
    return new Blob([`${this.width} x ${this.height}`], { type })
  }
}

Object.assign(globalThis, { createImageBitmap, OffscreenCanvas })

URL.createObjectURL ??= () => `blob:${Math.random()}`
URL.revokeObjectURL ??= () => undefined

/** Every test is a new browser. */
beforeEach(async () => {
  await closeDraftStorage()
  globalThis.indexedDB = new IDBFactory()
})
