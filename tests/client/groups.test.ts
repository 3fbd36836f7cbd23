import { expect, test } from 'vitest'
import { shallowRef } from 'vue'
import { useGroups } from '../../src/client/composables/session/markdown/useGroups.ts'

const blocksOf = (count: number) => Array.from({ length: count }, (_, i) => `<p>${i}</p>`)

test('of a long answer that grows only the end is drawn again, and none of it is lost', () => {
  const blocks = shallowRef<readonly string[]>(blocksOf(1000))
  const groups = useGroups(() => blocks.value)
  const before = groups.value
  expect(before.flat()).toEqual(blocksOf(1000))

  blocks.value = [...blocksOf(1000), '<p>more</p>']
  expect(groups.value.flat()).toEqual(blocks.value)
  expect(groups.value.filter(group => !before.includes(group))).toHaveLength(1)

  blocks.value = blocksOf(10)
  expect(groups.value.flat()).toEqual(blocksOf(10))
})

test('a block that became another one in the middle is drawn again', () => {
  const blocks = shallowRef<readonly string[]>(blocksOf(200))
  const groups = useGroups(() => blocks.value)
  const before = groups.value

  blocks.value = blocksOf(200).with(60, '<p>other</p>')
  expect(groups.value.flat()[60]).toBe('<p>other</p>')
  expect(groups.value.filter(group => !before.includes(group))).toHaveLength(1)
})
