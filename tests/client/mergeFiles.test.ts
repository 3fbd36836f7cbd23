import { expect, test } from 'vitest'
import type { AttachmentView } from '../../src/shared/attachmentView.ts'
import { mergeFiles, type Pending } from '../../src/client/stores/files/mergeFiles.ts'
import type { DraftThumbnail } from '../../src/client/utils/storage/draftSchema.ts'

const held = (...ids: string[]) => ids.map((id): DraftThumbnail => ({ id, sessionId: 's', name: id, type: 'image', mimeType: 'image/png', size: 1, createdAt: 0 }))
const view = (id: string, state: AttachmentView['state'] = 'saved'): AttachmentView => ({ id, name: id, kind: 'image', mimeType: 'image/png', size: 1, state })
const draw = ({ id, size = 0 }: DraftThumbnail): AttachmentView => ({ ...view(id), name: `${id} drawn`, size })

/** @param pending nothing, unless it is said */
function merge(found: readonly DraftThumbnail[], shown: readonly AttachmentView[], { leaving = [], savedBefore = [] }: { leaving?: string[], savedBefore?: string[] } = {}) {
  const pending: Pending = { leaving: new Set(leaving), savedBefore: new Set(savedBefore) }
  const merged = mergeFiles(found, shown, pending, draw)
  return { names: merged.shown.map(({ name }) => name), ...merged }
}

test('what the device holds is shown in its order, and what looks as it did keeps its picture', () => {
  const [a, b] = [view('a'), view('b')]

  const { names, shown, gone } = merge(held('b', 'a', 'c'), [a, b])

  expect(names).toEqual(['b', 'a', 'c drawn'])
  expect(shown[1]).toBe(a)
  expect(gone).toEqual([])
})

test.each<[string, Partial<DraftThumbnail>]>([
  ['reduced', { size: 2 }],
  ['rid of its position', { hasPosition: false }],
  ['read in another encoding', { reading: { encoding: 'shift_jis', certain: true, replaced: 0 } }],
])('a file that another tab has %s is drawn anew', (_, change) => {
  expect(merge([{ ...held('a')[0]!, ...change }], [view('a')]).names).toEqual(['a drawn'])
})

test('a file that was prepared here and is now on the device is shown as saved', () => {
  expect(merge(held('a'), [view('a', 'preparing')]).shown).toMatchObject([{ id: 'a', state: 'saved' }])
})

test('what only this tab has stays behind the last of those that stood before it', () => {
  const shown = [view('a'), view('own', 'tab-only'), view('b'), view('next', 'preparing'), view('lost', 'gone')]

  expect(merge(held('b', 'a', 'c'), shown, { savedBefore: ['a', 'b'] }).names).toEqual(['b', 'a', 'own', 'next', 'lost', 'c drawn'])
})

test('what was saved before the reading and is not found was removed in another tab', () => {
  expect(merge(held('a'), [view('a'), view('b')], { savedBefore: ['a', 'b'] })).toMatchObject({ names: ['a'], gone: ['b'] })
})

test('what was saved while it was read is newer than what was read, and stays', () => {
  expect(merge(held('a'), [view('a'), view('b')], { savedBefore: ['a'] })).toMatchObject({ names: ['a', 'b'], gone: [] })
})

test('what is leaving the draft here is not shown again by what was read before', () => {
  expect(merge(held('a', 'b'), [view('b')], { leaving: ['a'] })).toMatchObject({ names: ['b'], gone: [] })
})

test('what is leaving and still shown was not taken away yet, and is', () => {
  expect(merge(held('a', 'b'), [view('a'), view('b')], { leaving: ['a'], savedBefore: ['a', 'b'] })).toMatchObject({ names: ['b'], gone: ['a'] })
})

test('nothing that it was given is changed', () => {
  const given = Object.freeze([Object.freeze(view('a')), Object.freeze(view('own', 'tab-only'))])

  expect(merge(Object.freeze(held('b', 'a')), given, { savedBefore: ['a'] }).names).toEqual(['b drawn', 'a', 'own'])
})
