import { expect, test } from 'vitest'
import { insertAfter, joinOrders } from '../../src/client/utils/storage/order.ts'

test('what comes back stands where it stood, whatever came back before it', () => {
  expect(insertAfter(['a', 'c'], 'b', ['a'])).toEqual(['a', 'b', 'c'])
  expect(insertAfter(['c'], 'a', [])).toEqual(['a', 'c'])
  expect(insertAfter(['a', 'c'], 'b', ['x', 'a'])).toEqual(['a', 'b', 'c'])
  expect(insertAfter(['a', 'b'], 'a', [])).toEqual(['a', 'b'])
  expect(insertAfter(['a', 'b'], 'c')).toEqual(['a', 'b', 'c'])
})

test('an order remembers the places of what has gone, and takes in what has come', () => {
  expect(joinOrders([], ['a', 'b'])).toEqual(['a', 'b'])
  expect(joinOrders(['a', 'b', 'c'], ['a', 'c'])).toEqual(['a', 'b', 'c'])
  expect(joinOrders(['a', 'b', 'c'], ['a', 'c', 'd'])).toEqual(['a', 'b', 'c', 'd'])
  expect(joinOrders(['b'], ['a', 'b'])).toEqual(['a', 'b'])
})
