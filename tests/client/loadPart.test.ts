import { expect, test, vi } from 'vitest'
import { loadPart } from '../../src/client/utils/network/loadPart.ts'

const fails = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module: http://x/assets/a.js'))

test.each([
  ['the server has a newer app', () => Promise.resolve(new Response('{}')), /there is a newer one\. Reload the page\. Your draft is kept\.$/],
  ['the server is away', () => Promise.reject(new TypeError('Failed to fetch')), /the server cannot be reached\. When it can, reload the page\. Your draft is kept\.$/],
])('a part that does not come because %s says so, and what to do', async (_, answer, sentence) => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  vi.stubGlobal('fetch', answer)

  await expect(loadPart(fails)).rejects.toThrow(sentence)
  vi.unstubAllGlobals()
})
