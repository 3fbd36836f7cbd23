import { expect, test } from 'vitest'
import { isDocumentMimeType, isImageMimeType } from '../../src/shared/attachments.ts'
import { attachmentToDataUrl, dataUrlToBuffer } from '../../src/shared/dataUrl.ts'
import { pngBytes } from '../helpers/images.ts'

test('an attachment becomes a data address and comes back byte for byte', () => {
  const bytes = pngBytes({ width: 200, height: 200 })
  const base64 = Buffer.from(bytes).toString('base64')

  expect(attachmentToDataUrl({ mimeType: 'image/png', content: bytes })).toBe(`data:image/png;base64,${base64}`)
  expect(attachmentToDataUrl({ mimeType: 'image/png', content: base64 })).toBe(`data:image/png;base64,${base64}`)
  expect(dataUrlToBuffer(`data:image/png;base64,${base64}`)).toEqual(bytes)
  expect(dataUrlToBuffer(attachmentToDataUrl({ mimeType: 'text/plain', content: new Uint8Array() }))).toEqual(new Uint8Array())
})

test.each([
  ['data:,plain', 'plain'],
  ['data:text/plain;charset=utf-8,Gr%C3%BC%C3%9Fe%2C%20100%', 'Grüße, 100%'],
  ['data:text/plain;charset=utf-8;base64,R3LDvMOfZQ==', 'Grüße'],
  ['DATA:text/plain;BASE64,eA==', 'x'],
  ['data:text/plain,👋 %f0%9f%91%8b', '👋 👋'],
])('%s is read', (url, text) => {
  expect(new TextDecoder().decode(dataUrlToBuffer(url))).toBe(text)
})

test.each(['', 'https://example.com', 'data:', 'data:image/png', 'data:image/png;base64,not base64!'])('%j is refused', (url) => {
  expect(() => dataUrlToBuffer(url)).toThrow(TypeError)
})

test('images and documents are told apart by their type', () => {
  const types = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf', 'text/plain', 'image/svg+xml', 'text/html', '']

  expect(types.filter(isImageMimeType)).toEqual(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])
  expect(types.filter(isDocumentMimeType)).toEqual(['application/pdf', 'text/plain'])
})
