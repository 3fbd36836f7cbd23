import { createHash } from 'node:crypto'
import { readCommands, type Command } from '../../src/server/agents/loopback/commands.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { Part, PermissionPart, QuestionPart } from '../../src/shared/protocol/parts.ts'
import { promise } from './violation.ts'

export type TurnLedger = ReturnType<typeof createTurnLedger>

/** What a person said to a question or a permission: a label, or “allowed” or “denied”. */
export type Said = string

/** By what was asked: a question's text, a permission's title. Each is asked once in all, if the app keeps its word. */
interface Given {
  /** All that was pressed, in whatever tab. */
  pressed: Set<Said>
  /** The page showed that it has taken an answer: one of the pressed ones arrives. */
  isOwed: boolean
}

type Asked = QuestionPart | PermissionPart

const isAsked = (part: Part): part is Asked => part.type === 'question' || part.type === 'permission'
const nameOf = (part: Asked) => part.type === 'question' ? part.questions[0]!.question : part.title

/** What was said to this part; undefined while it waits. */
function saidTo(part: Asked): Said | undefined {
  if (part.status === 'waiting')
    return undefined
  return part.type === 'question' ? String(part.answers?.[nameOf(part)]) : part.status
}

/** What turns owe: each question asked once, each answer once, each file once. */
export function createTurnLedger() {
  const given = new Map<string, Given>()
  /** By message and part: what counted when it was looked at last. */
  const counted = new Map<string, Said>()

  function of(name: string): Given {
    const known = given.get(name) ?? { pressed: new Set<Said>(), isOwed: false }
    given.set(name, known)
    return known
  }

  /** Holds at any moment. */
  function check(all: readonly Message[]): void {
    for (const asked of all.filter(({ role }) => role === 'user')) {
      const answers = all.filter(({ replyTo }) => replyTo === asked.id)
      promise(answers.length <= 1, `“${asked.text}” was answered ${answers.length} times`)
      if (answers[0])
        checkAnswer(asked, answers[0])
    }
    checkFiles(all)
  }

  function checkAnswer(asked: Message, answer: Message) {
    promise(answer.status !== 'failed' && answer.status !== 'cancelled', `the answer to “${asked.text}” is ${answer.status}: ${answer.problem?.detail}`)
    const { commands } = readCommands(asked.text)
    const parts = answer.parts.filter(part => isAsked(part) || part.type === 'tool')
    const expected = commands.map(describeCommand).filter(Boolean)
    const found = parts.map(describePart)
    promise(found.every((part, i) => part === expected[i]), `“${asked.text}” made these steps: ${JSON.stringify(found)}`)
    const complaint = answer.parts.find(part => part.type === 'notice' || (part.type === 'tool' && part.status === 'failed'))
    promise(!complaint, `something went wrong with a file: ${JSON.stringify(complaint)}`)
    parts.filter(isAsked).forEach(part => checkAsked(answer, part))
    for (const part of answer.parts.filter(isAsked)) {
      const words = part.type === 'question' ? `You chose ${saidTo(part)}.` : part.status === 'allowed' ? 'Allowed' : 'Denied'
      const said = answer.parts.filter(({ id }) => id === `${part.id}-said`)
      promise(said.every(each => each.type === 'text' && words.startsWith(each.text)), `to “${nameOf(part)}” the agent said ${JSON.stringify(said)}, and not “${words}”`)
    }
  }

  function checkAsked(answer: Message, part: Asked) {
    const key = `${answer.id} ${part.id}`
    const said = saidTo(part)
    const before = counted.get(key)
    promise(before === undefined || before === said, `“${nameOf(part)}” was answered with ${before}, and now with ${said}`)
    if (said === undefined)
      return
    promise(of(nameOf(part)).pressed.has(said), `“${nameOf(part)}” is answered with “${said}”, which nobody said`)
    counted.set(key, said)
  }

  /** Each file that was written is there once, with the answer that wrote it. */
  function checkFiles(all: readonly Message[]) {
    const made = all.flatMap(({ sessionId, attachments }) => attachments.filter(({ origin }) => origin === 'agent').map(({ path, sha256 }) => `${sessionId} ${path} ${sha256}`))
    promise(new Set(made).size === made.length, `a file came back twice: ${made.find((file, i) => made.indexOf(file) !== i)}`)
  }

  /** Nothing runs any more, and everything that was asked has been answered. @returns how many of each there were */
  function checkEnd(all: readonly Message[]) {
    check(all)
    let files = 0
    for (const asked of all.filter(({ role }) => role === 'user')) {
      const { commands } = readCommands(asked.text)
      const answer = all.find(({ replyTo }) => replyTo === asked.id)
      promise(answer?.status === 'complete', `“${asked.text}” is not answered: ${answer?.status}`)
      const steps = answer!.parts.filter(part => isAsked(part) || part.type === 'tool')
      promise(steps.length === commands.map(describeCommand).filter(Boolean).length, `“${asked.text}” was answered in part: ${JSON.stringify(steps.map(describePart))}`)
      for (const command of commands.filter(command => command.name === 'write')) {
        files++
        promise(all.some(({ sessionId, attachments }) => sessionId === asked.sessionId && attachments.some(({ origin, path, sha256 }) => origin === 'agent' && path === command.path && sha256 === hashOf(command))), `${command.path} did not come back`)
      }
    }
    const answered = new Map(all.flatMap(({ parts }) => parts.filter(isAsked).map(part => [nameOf(part), saidTo(part)] as const)))
    for (const [name, { pressed, isOwed }] of given)
      promise(!isOwed || pressed.has(answered.get(name) ?? ''), `the answer to “${name}” was taken, and did not arrive: there is ${answered.get(name)}`)
    return { questions: answered.size, answers: counted.size, files }
  }

  return {
    check,
    checkEnd,
    /** The person presses a button; whether it was taken is not known yet. */
    press: (name: string, said: Said) => void of(name).pressed.add(said),
    /** The page shows that it has taken it. */
    owe: (name: string) => { of(name).isOwed = true },
    /** Questions and permissions that wait, for the person who answers everything at the end. */
    waiting: (all: readonly Message[]) => all.flatMap(message => message.parts.filter(isAsked).filter(({ status }) => status === 'waiting').map(part => ({ message, part, name: nameOf(part) }))),
  }
}

const hashOf = ({ text }: { text: string }) => createHash('sha256').update(`${text}\n`).digest('hex')

function describeCommand(command: Command): string {
  switch (command.name) {
    case 'write': return `Write ${command.path}`
    case 'ask': return `question ${command.question}`
    case 'allow': return `permission ${command.title}`
    default: return ''
  }
}

function describePart(part: Part): string {
  if (part.type === 'tool')
    return `${part.name} ${part.input.path}`
  return isAsked(part) ? `${part.type} ${nameOf(part)}` : part.type
}
