import { afterEach, expect, test, vi } from 'vitest'
import { effectScope } from 'vue'
import { usePagePaste } from '../../src/client/composables/doors/usePagePaste.ts'
import type { Given } from '../../src/client/utils/input/transfers.ts'

afterEach(() => vi.unstubAllGlobals())

/** What one paste gives the page in a browser of this vendor, of which its event says nothing. */
async function pasteUntold(vendor: string, read: () => Promise<unknown>) {
  const given: Given[] = []
  const asked = vi.fn(read)
  vi.stubGlobal('navigator', { vendor, clipboard: { read: asked } })
  const scope = effectScope()
  scope.run(() => usePagePaste(() => true, async (got) => { given.push(got) }))
  window.dispatchEvent(Object.assign(new Event('paste', { cancelable: true }), { clipboardData: { types: [], items: [], files: [], getData: () => '' } }))
  await vi.waitFor(() => expect(given).toHaveLength(1))
  scope.stop()
  return { given: given[0], asked }
}

const held = [{ types: ['text/html', 'image/png'], getType: async (type: string) => new Blob(['bytes'], { type }) }]

test('a picture that the event of a paste keeps quiet about, as in WebKitGTK, is taken from the clipboard under a readable name', async () => {
  const { given } = await pasteUntold('Apple Computer, Inc.', async () => held)
  expect(given?.files.map(({ name, type, size }) => ({ name, type, size }))).toEqual([
    { name: expect.stringMatching(/^Pasted image .*\.png$/) as string, type: 'image/png', size: 5 },
  ])
})

test('where the clipboard may not be read, nothing was pasted, and that is told as ever', async () => {
  const { given } = await pasteUntold('Apple Computer, Inc.', () => Promise.reject(new Error('not allowed')))
  expect(given).toEqual({ text: '', files: [], folders: [] })
})

test('a browser that would ask the person for the clipboard is not asked', async () => {
  const { given, asked } = await pasteUntold('Google Inc.', async () => held)
  expect(asked).not.toHaveBeenCalled()
  expect(given).toEqual({ text: '', files: [], folders: [] })
})
