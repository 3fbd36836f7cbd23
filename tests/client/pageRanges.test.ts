import { expect, test } from 'vitest'
import { formatPages, parsePages } from '../../src/client/utils/pdf/pageRanges.ts'

test.each([
  ['1-3, 7', [1, 2, 3, 7]],
  ['7,1 - 3', [7, 1, 2, 3]],
  ['4, 2', [4, 2]],
  ['3–1', [3, 2, 1]],
  ['5, 4-6', [5, 4, 6]],
  [' 2 2 2 ', [2]],
  ['9', [9]],
])('pages written as %j are these, each once and in the order in which they are written', (text, pages) => {
  expect(parsePages(text, 9)).toEqual(pages)
})

test.each(['', ' , ', '0', '10', '1-10', 'two', '1-', '-3', '1--2', '99999999999'])('%j names no pages of nine, and nothing is cut', (text) => {
  expect(parsePages(text, 9)).toBeUndefined()
})

test('pages that were chosen are written as briefly as they are read', () => {
  expect(formatPages([7, 1, 2, 3])).toBe('7, 1-3')
  expect(formatPages([4, 3, 1])).toBe('4, 3, 1')
  expect(formatPages([])).toBe('')
  expect(parsePages(formatPages([1, 4, 5, 9]), 9)).toEqual([1, 4, 5, 9])
})
