import { expect, test } from 'vitest'
import { createTextCache } from '../../src/client/utils/text/markdown/textCache.ts'

/** Remembers what it was asked to make. */
function open(room: number) {
  const made: string[] = []
  const read = createTextCache((text) => {
    made.push(text)
    return text.toUpperCase()
  }, room)
  return { made, read }
}

test('what was made lately is not made again', () => {
  const { made, read } = open(100)

  expect([read('one'), read('two'), read('one')]).toEqual(['ONE', 'TWO', 'ONE'])
  expect(made).toEqual(['one', 'two'])
})

test('where there is no more room the oldest is forgotten', () => {
  const { made, read } = open(12)
  read('one')
  read('two')
  read('six')

  read('two')
  read('six')
  expect(made).toEqual(['one', 'two', 'six'])
  read('one')
  expect(made).toEqual(['one', 'two', 'six', 'one'])
})

test('a block that grows for long is remembered in none of its states, and drives out nothing else', () => {
  const { made, read } = open(50_000)
  read('one')
  for (let length = 10_001; length < 10_100; length++)
    read('x'.repeat(length))

  read('one')
  read('x'.repeat(10_099))
  expect(made.filter(text => text === 'one')).toHaveLength(1)
  expect(made.filter(text => text.length === 10_099)).toHaveLength(2)
})
