import { expect, test } from 'vitest'
import { createGroupCommit } from '../../src/shared/groupCommit.ts'

test('what comes while the disk is busy is written together, in order', async () => {
  const written: number[][] = []
  const commit = createGroupCommit<number>(async (items) => {
    written.push(items)
    await Promise.resolve()
  })

  await Promise.all([1, 2, 3, 4].map(commit))

  expect(written).toEqual([[1], [2, 3, 4]])
})

test('where one of a group finds no room, the others are kept', async () => {
  const disk: number[] = []
  const commit = createGroupCommit<number>(async (items) => {
    if (items.includes(13))
      throw new DOMException('full', 'QuotaExceededError')
    disk.push(...items)
  })

  const results = await Promise.allSettled([1, 2, 13, 4].map(commit))

  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  expect(disk).toEqual([1, 2, 4])
})
