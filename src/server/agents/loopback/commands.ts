import { ownValue } from '../../../shared/collections/ownValue.ts'

/** What a line of a message asks the loopback agent to do. */
export type Command =
  | { name: 'help' }
  | { name: 'read', path: string }
  | { name: 'write', path: string, text: string }
  | { name: 'edit', path: string, before: string, after: string }
  | { name: 'think', text: string }
  | { name: 'ask', question: string, options: string[] }
  | { name: 'allow', title: string }
  | { name: 'tasks', items: string[] }
  | { name: 'slow', count: number }
  | { name: 'fail', text: string }

export const COMMANDS = [
  { name: 'read', usage: '/read NAME', description: 'reads a file' },
  { name: 'write', usage: '/write NAME TEXT', description: 'writes a file' },
  { name: 'edit', usage: '/edit NAME OLD => NEW', description: 'changes a file' },
  { name: 'think', usage: '/think TEXT', description: 'thinks' },
  { name: 'ask', usage: '/ask QUESTION | A | B', description: 'asks you' },
  { name: 'allow', usage: '/allow TITLE', description: 'asks for your permission' },
  { name: 'tasks', usage: '/tasks A | B', description: 'keeps a list of tasks, of which each line that follows does one' },
  { name: 'slow', usage: '/slow N', description: 'counts to N, ten numbers a second' },
  { name: 'fail', usage: '/fail TEXT', description: 'fails' },
] as const

export const HELP = `The loopback agent does what these lines say, in the folder of this session:

${COMMANDS.map(({ usage, description }) => `- \`${usage}\` ${description}`).join('\n')}

What you attach lies in \`attachments/\`. Several lines run in order. Every other line is answered with what reached the agent.`

const MOST_NUMBERS = 100_000
/** A question has at most this many options, as with Claude. */
const MOST_OPTIONS = 10

/** The commands among the lines, and the other lines as they are. */
export function readCommands(text: string): { commands: Command[], rest: string } {
  const commands: Command[] = []
  const rest: string[] = []
  for (const line of text.split('\n')) {
    const command = readCommand(line.trim())
    if (command)
      commands.push(command)
    else
      rest.push(line)
  }
  return { commands, rest: rest.join('\n').trim() === '' ? '' : rest.join('\n') }
}

function readCommand(line: string): Command | undefined {
  const [, name = '', rest = ''] = /^\/([a-z]+)(?:\s+(.*))?$/s.exec(line) ?? []
  return ownValue(READERS, name)?.(rest.trim())
}

/** Each returns undefined where the words do not fit: the line is then no command. */
const READERS: Record<string, (rest: string) => Command | undefined> = {
  help: () => ({ name: 'help' }),
  read: path => path ? { name: 'read', path } : undefined,
  write(rest) {
    const [, path, text] = /^(\S+)\s+(.+)$/s.exec(rest) ?? []
    return path !== undefined && text !== undefined ? { name: 'write', path, text } : undefined
  },
  edit(rest) {
    const [, path, before, after] = /^(\S+)\s+(.+?)\s+=>\s*(.*)$/s.exec(rest) ?? []
    return path !== undefined && before !== undefined && after !== undefined ? { name: 'edit', path, before, after } : undefined
  },
  think: text => text ? { name: 'think', text } : undefined,
  ask(rest) {
    const [question = '', ...options] = splitAtBars(rest)
    return question && new Set(options).size > 1 && options.length <= MOST_OPTIONS ? { name: 'ask', question, options } : undefined
  },
  allow: title => title ? { name: 'allow', title } : undefined,
  tasks(rest) {
    const items = splitAtBars(rest)
    return items.length ? { name: 'tasks', items } : undefined
  },
  slow: rest => /^\d{1,6}$/.test(rest) && Number(rest) <= MOST_NUMBERS ? { name: 'slow', count: Number(rest) } : undefined,
  fail: text => ({ name: 'fail', text: text || 'The loopback agent was asked to fail.' }),
}

const splitAtBars = (text: string) => text.split('|').map(part => part.trim()).filter(Boolean)
