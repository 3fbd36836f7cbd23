import { expect, test } from 'vitest'
import { firstOf } from '../../src/shared/collections/firstOf.ts'

test('the first of very many are found in their order, nothing is lost, and few are compared', () => {
  const items = Array.from({ length: 20_000 }, (_, i) => i * 7919 % 20_011)
  let compared = 0
  const found = firstOf(items, 200, (a, b) => {
    compared++
    return a - b
  })
  const sorted = items.toSorted((a, b) => a - b)

  expect(found.slice(0, 200)).toEqual(sorted.slice(0, 200))
  expect(found.toSorted((a, b) => a - b)).toEqual(sorted)
  expect(compared).toBeLessThan(3 * items.length)
})

test('of few all are in order', () => {
  expect(firstOf([3, 1, 2, 1], 10, (a, b) => a - b)).toEqual([1, 1, 2, 3])
  expect(firstOf([], 10, () => 0)).toEqual([])
})
