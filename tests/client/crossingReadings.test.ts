import { expect, test, vi } from 'vitest'
import { tasks } from '../../src/client/workers/tasks.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

type Held = Awaited<ReturnType<typeof tasks.load>>

test('a file that another tab gave, and that is gone when a later reading ends, is not left in sight by an earlier one', async () => {
  const session = newSession()
  const tab = await openTab(session)
  const answers: ((held: Held) => void)[] = []
  vi.spyOn(tasks, 'load').mockImplementation(() => new Promise((resolve) => { answers.push(resolve) }))
  const given: Held = [{ id: crypto.randomUUID(), sessionId: session.value, name: 'given.png', type: 'txt', mimeType: 'image/png', createdAt: 1, size: 1, preparing: true }]

  const readings = [tab.data.reload(session.value), tab.data.reload(session.value)]
  await expect.poll(() => answers.length).toBe(2)
  answers[0]!(given)
  await expect.poll(tab.names).toEqual(['given.png'])
  answers[1]!([])
  await Promise.all(readings)

  expect(tab.names()).toEqual([])
})
