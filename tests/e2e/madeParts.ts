import type { Page } from '@playwright/test'
import type { MessagesPage } from '../../src/shared/protocol/rest.ts'
import type { Part, PermissionPart, QuestionPart, ToolPart } from '../../src/shared/protocol/parts.ts'
import { textOf } from '../../src/shared/parts/partEvents.ts'
import { expectAgentDone, openApp, send, textbox } from './app.ts'

// What the loopback agent does not do, as the server would tell of it.

export const tool = (id: string, more: Partial<ToolPart> = {}): ToolPart => ({
  type: 'tool', id, name: 'Bash', title: id, input: {}, status: 'done',
  startedAt: '2026-11-27T08:00:00.000Z', endedAt: '2026-11-27T08:00:01.000Z', output: null, parentId: null, ...more,
})

export const question = (more: Partial<QuestionPart> = {}): QuestionPart => ({
  type: 'question', id: 'asked', status: 'waiting', answers: null,
  questions: [{ header: 'Format', question: 'Which format?', multiSelect: false, options: [{ label: 'CSV', description: 'Opens everywhere' }, { label: 'Parquet', description: 'Small and fast' }] }],
  ...more,
})

export const permission = (more: Partial<PermissionPart> = {}): PermissionPart => ({
  type: 'permission', id: 'allow', toolId: null, title: 'Run a command', description: 'npm test', defaultToNo: false, mayRemember: true, status: 'waiting', answeredBy: null, ...more,
})

/** Opens a session whose newest answer is made of these parts, as far as the browser is told. */
export async function openWithParts(page: Page, parts: Part[], status: 'running' | 'complete' | 'cancelled' | 'failed' = 'complete'): Promise<void> {
  await openApp(page)
  await textbox(page).fill('Look into it, please')
  await send(page)
  await expectAgentDone(page)
  await page.route(/\/api\/sessions\/[^/]+\/messages\?/, async (route) => {
    const response = await route.fetch()
    const body = await response.json() as MessagesPage
    const messages = body.messages.map(message => message.role === 'assistant' ? { ...message, status, parts, text: textOf(parts) } : message)
    await route.fulfill({ response, json: { ...body, messages } })
  })
  await page.reload()
}
