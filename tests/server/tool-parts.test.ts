import { expect, test } from 'vitest'
import type { Turn } from '../../src/server/agents/agent.ts'
import { createToolParts } from '../../src/server/agents/claude/answer/toolParts.ts'
import { plainLine } from '../../src/shared/plainText.ts'
import { TOOL_INPUT_CHARS, TOOL_OUTPUT_CHARS, type ToolPart } from '../../src/shared/protocol/parts.ts'

const TURN = { workspaceFolder: '/workspaces/one', recorded: [], attach: async () => undefined } as unknown as Turn

const partIn = (events: readonly object[]) => (events[0] as { part: ToolPart }).part

test('the name of a tool, and what it works on, are one harmless line', () => {
  const { begin } = createToolParts(TURN)

  const named = partIn(begin({ id: '1', name: 'Re\u202Ead\n\u0000', input: {} }))
  const titled = partIn(begin({ id: '2', name: 'Read', input: { file_path: '/workspaces/one/a\u202Egnp.exe\n\u001B[31m' } }))

  for (const text of [named.name, named.title, titled.title])
    expect(plainLine(text, 200)).toBe(text)
  expect(titled.title).toContain('Read a')
  expect(named.title.length).toBeLessThanOrEqual(200)
})

test('what goes into a tool and comes out of it is bounded, and says so', async () => {
  const { begin, end } = createToolParts(TURN)
  const long = 'x'.repeat(5_000_000)

  const begun = partIn(begin({ id: '1', name: 'Write', input: { file_path: '/workspaces/one/a.txt', content: long, deep: { more: long } } }))
  const ended = partIn(await end({ message: { content: [{ type: 'tool_result', tool_use_id: '1', content: long }] } }))

  expect(begun.truncated).toBe(true)
  expect(JSON.stringify(begun.input).length).toBeLessThanOrEqual(TOOL_INPUT_CHARS)
  expect(begun.input.file_path).toBe('a.txt')
  expect(ended.output).toMatchObject({ truncated: true })
  expect(ended.output!.text).toHaveLength(TOOL_OUTPUT_CHARS)
})

test('a change of a file that is huge is bounded, too', async () => {
  const { begin, end } = createToolParts(TURN)
  begin({ id: '1', name: 'Write', input: { file_path: '/workspaces/one/a.txt', content: 'x' } })

  const ended = partIn(await end({
    message: { content: [{ type: 'tool_result', tool_use_id: '1', content: 'done' }] },
    tool_use_result: { filePath: '/workspaces/one/a.txt', content: 'line\n'.repeat(500_000), structuredPatch: [] },
  }))

  expect(ended.output!.truncated).toBe(true)
  expect(JSON.stringify(ended.output).length).toBeLessThan(TOOL_OUTPUT_CHARS * 2)
})
