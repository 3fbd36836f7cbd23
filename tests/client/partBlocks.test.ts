import { expect, test } from 'vitest'
import { blocksOf, type Step } from '../../src/client/utils/parts/blocks.ts'
import { changeLines } from '../../src/client/utils/parts/changeLines.ts'
import { changeSize } from '../../src/shared/parts/folding.ts'
import { formatDuration } from '../../src/client/utils/text/durations.ts'
import { showPage, type History } from '../../src/client/stores/history/history.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { Part, ToolPart } from '../../src/shared/protocol/parts.ts'

const tool = (id: string, more: Partial<ToolPart> = {}): ToolPart => ({
  type: 'tool', id, name: 'Read', title: id, input: {}, status: 'done', startedAt: '2026-01-01T00:00:00.000Z', endedAt: null, output: null, parentId: null, ...more,
})
const text = (id: string, said = id): Part => ({ type: 'text', id, text: said })

/** "reads 2", or the tool's id with those of its subagent. */
const outline = (steps: readonly Step[]): unknown[] => steps.map(step =>
  step.kind === 'reads' ? `reads ${step.parts.length}` : step.kind === 'tool' && step.steps.length ? [step.id, ...outline(step.steps)] : step.id)
const drawn = (parts: Part[]) => blocksOf(parts).map(block => block.kind === 'activity' ? outline(block.steps) : block.id)

test('what was done between two texts stands between them, and files read in a row take one line', () => {
  expect(drawn([tool('a'), tool('b'), text('one'), tool('c'), tool('d', { name: 'Edit' }), tool('e'), tool('f'), tool('g'), text('two')]))
    .toEqual([['reads 2'], 'one', ['c', 'd', 'reads 3'], 'two'])
})

test('a read that runs, or went wrong, has its own line', () => {
  expect(drawn([tool('a'), tool('b', { status: 'failed' }), tool('c'), tool('d', { status: 'running' })])).toEqual([['a', 'b', 'c', 'd']])
})

test('a text that has not begun yet splits nothing', () => {
  expect(drawn([tool('a'), text('none', ''), tool('b')])).toEqual([['reads 2']])
})

test('a subagent\'s tools stand below it, and nothing is lost whatever parents say', () => {
  const parts = [
    tool('task', { name: 'Task' }), tool('x', { name: 'Bash', parentId: 'task' }), tool('self', { name: 'Bash', parentId: 'self' }),
    tool('y', { name: 'Bash', parentId: 'task' }), tool('early', { name: 'Bash', parentId: 'late' }), tool('late', { name: 'Bash', parentId: 'early' }),
  ]
  expect(drawn(parts)).toEqual([[['task', 'x', 'y'], 'self', ['early', 'late']]])

  const chain = Array.from({ length: 50 }, (_, i) => tool(`t${i}`, { name: 'Task', parentId: i ? `t${i - 1}` : null }))
  expect(JSON.stringify(drawn(chain)).match(/t\d+/g)).toHaveLength(50)
})

test('a changed file\'s lines have their numbers before and after', () => {
  const change = { path: 'a.txt', hunks: [{ oldStart: 3, newStart: 3, lines: [' same', '-old', '+new', '+more', '\\ No newline at end of file'] }, { oldStart: 40, newStart: 41, lines: [' far'] }] }
  expect(changeLines(change).map(({ kind, before, after, text }) => [kind, before, after, text])).toEqual([
    ['same', 3, 3, 'same'], ['removed', 4, undefined, 'old'], ['added', undefined, 4, 'new'], ['added', undefined, 5, 'more'],
    ['remark', undefined, undefined, 'No newline at end of file'], ['gap', undefined, undefined, ''], ['same', 40, 41, 'far'],
  ])
  expect(changeSize(change)).toEqual({ added: 2, removed: 1 })
})

test('how long something took is said as one says it', () => {
  expect([0.2, 12.4, 60, 185, 3600, 4800].map(formatDuration)).toEqual(['1 s', '12 s', '1 min', '3 min 5 s', '1 h', '1 h 20 min'])
})

test('a tool that was unfolded stays whole when its page is read again, and another one stays folded', () => {
  const whole = tool('a', { output: { text: 'long' } })
  const page = (parts: Part[]) => {
    const message: Partial<Message> = { id: 'answer', role: 'assistant', text: '', branch: { index: 1, count: 1, previousId: null, nextId: null }, attachments: [], parts }
    return { hasMore: false, lastEventId: 1, messages: [message as Message] }
  }
  const history: History = { items: [], hasMore: false, state: 'loading' }
  const folded = tool('b', { folded: true, output: {} })
  showPage(history, page([whole, folded]))

  showPage(history, page([{ ...whole, folded: true, output: {} }, folded]))

  expect(history.items[0]?.parts).toEqual([whole, folded])
})
