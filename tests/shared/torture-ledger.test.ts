import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Attachment } from '../../src/shared/protocol/attachment.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { Part, PermissionPart, QuestionPart, ToolPart } from '../../src/shared/protocol/parts.ts'
import { createTurnLedger } from '../torture/turnLedger.ts'

// What `npm run torture` promises of turns is only worth something where it sees what breaks it.

const TIME = '2026-11-27T08:00:00.000Z'
const write: ToolPart = { type: 'tool', id: 'line-1', name: 'Write', title: 'Write a.txt', input: { path: 'a.txt' }, status: 'done', startedAt: TIME, endedAt: TIME, output: null, parentId: null }
const question: QuestionPart = { type: 'question', id: 'line-2', status: 'answered', answers: { 'Which?': 'Red' }, questions: [{ header: 'Which?', question: 'Which?', options: [], multiSelect: false }] }
const permission: PermissionPart = { type: 'permission', id: 'line-3', toolId: null, title: 'Go on', description: null, defaultToNo: false, mayRemember: false, status: 'allowed', answeredBy: 'ann' }
const said = (part: Part, text: string): Part => ({ type: 'text', id: `${part.id}-said`, text })
const file = { origin: 'agent', path: 'a.txt', sha256: createHash('sha256').update('one\n').digest('hex') } as Attachment

const PARTS: Part[] = [write, question, said(question, 'You chose Red.'), permission, said(permission, 'Allowed')]
const asked = { id: 'asked', role: 'user', sessionId: 's', text: '/write a.txt one\n/ask Which? | Red | Blue\n/allow Go on', parts: [] as Part[], attachments: [] as Attachment[], status: 'complete' } as Message
const answer = { ...asked, id: 'answer', role: 'assistant', replyTo: 'asked', text: '', parts: PARTS, attachments: [file] } as Message
const answered = (more: Partial<Message>): Message[] => [asked, { ...answer, ...more }]
const instead = (part: Part) => answered({ parts: PARTS.map(other => other.id === part.id ? part : other) })
/** The agent has said nothing of it yet. */
const unheard = (part: QuestionPart) => answered({ parts: [write, part, permission] })

/** One in which a person has said Red and yes, and was shown that it is taken. */
function openLedger() {
  const ledger = createTurnLedger()
  for (const [name, label] of [['Which?', 'Red'], ['Go on', 'allowed']] as const) {
    ledger.press(name, label)
    ledger.owe(name)
  }
  ledger.check(answered({ parts: [write, { ...question, status: 'waiting', answers: null }], attachments: [], status: 'running' }))
  return ledger
}

test('a turn that kept everything is not complained of', () => {
  expect(openLedger().checkEnd([asked, answer])).toEqual({ questions: 2, answers: 2, files: 1 })
})

test.each<[string, RegExp, Message[]]>([
  ['a question answered by two turns', /was answered 2 times/, [asked, answer, { ...answer, id: 'again', attachments: [] }]],
  ['a turn that failed', /is failed/, answered({ status: 'failed' })],
  ['a turn that was stopped', /is cancelled/, answered({ status: 'cancelled' })],
  ['a question asked twice', /made these steps/, answered({ parts: [...PARTS, { ...question, id: 'line-4' }] })],
  ['a step taken twice', /made these steps/, answered({ parts: [write, { ...write, id: 'again' }, ...PARTS.slice(1)] })],
  ['a step in another place', /made these steps/, answered({ parts: [question, write, permission] })],
  ['a tool that failed', /something went wrong with a file/, instead({ ...write, status: 'failed' })],
  ['a file that was left out', /something went wrong with a file/, answered({ parts: [...PARTS, { type: 'notice', id: 'left', code: 'left_out', text: 'a.txt' }] })],
  ['an answer that the agent did not hear', /the agent said/, instead(said(question, 'You chose Blue.'))],
  ['a no heard as a yes', /the agent said/, instead(said(permission, 'Denied'))],
  ['an answer that nobody gave', /which nobody said/, unheard({ ...question, answers: { 'Which?': 'Blue' } })],
  ['a file that came back twice', /came back twice/, answered({ attachments: [file, file] })],
])('the torture sees %s, at once', (_, complaint, messages) => {
  expect(() => openLedger().check(messages)).toThrow(complaint)
})

test('the torture sees an answer that turns into another one', () => {
  const ledger = openLedger()
  ledger.press('Which?', 'Blue')
  ledger.check([asked, answer])

  expect(() => ledger.check(unheard({ ...question, answers: { 'Which?': 'Blue' } }))).toThrow('was answered with Red, and now with Blue')
})

test.each<[string, RegExp, Message[]]>([
  ['a turn that never came to its end', /is not answered: running/, answered({ status: 'running' })],
  ['a message that was never asked', /is not answered: undefined/, [asked]],
  ['a turn of which a step is missing', /was answered in part/, answered({ parts: PARTS.slice(0, 3) })],
  ['a file that did not come back', /a\.txt did not come back/, answered({ attachments: [] })],
  ['a file that came back with other bytes', /a\.txt did not come back/, answered({ attachments: [{ ...file, sha256: '00' }] })],
  ['an answer that was taken and did not arrive', /was taken, and did not arrive/, answered({ parts: [...PARTS.slice(0, 3), { ...permission, status: 'waiting' }] })],
])('the torture sees %s, at its end', (_, complaint, messages) => {
  expect(() => openLedger().checkEnd(messages)).toThrow(complaint)
})
