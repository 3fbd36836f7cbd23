import { createHash, randomUUID } from 'node:crypto'
import type { Message } from '../../src/shared/protocol/message.ts'
import { image, text } from '../helpers/blocks.ts'
import { noise } from './noise.ts'
import { promise } from '../torture/violation.ts'
import type { Random } from '../torture/random.ts'

export interface Written {
  id: string
  session: string
  /** As the socket takes it. */
  frame: { type: string, message_id: string, session_id: string, text: string, images: ReturnType<typeof image>[], documents: ReturnType<typeof text>[] }
  /** @throws `Violation` where that is not its answer */
  check: (answer: Message) => void
}

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')
const counted = (last: number) => Array.from({ length: last }, (_, i) => i + 1).join(' ')

/** One message of one of the kinds that people send, with what the loopback agent must answer. */
export async function write(random: Random, session: string): Promise<Written> {
  const id = randomUUID()
  const { content, attached = {}, expected, made } = await kinds[random.weighted({ words: 4, slow: 4, files: 3, tools: 1, question: 1 })](random, id)
  return {
    id,
    session,
    frame: { type: 'send_message', message_id: id, session_id: session, text: content, images: [], documents: [], ...attached },
    check(answer) {
      promise(made === undefined || answer.attachments.some(({ filename }) => filename === made), `the answer to ${id} lacks its file`)
      for (const part of typeof expected === 'string' ? [] : expected)
        promise(answer.text.includes(part), `the answer to ${id} lacks ${JSON.stringify(part)}: ${JSON.stringify(answer.text)}`)
      if (typeof expected === 'string')
        promise(answer.text === expected, `the answer to ${id} is ${JSON.stringify(answer.text)} and not ${JSON.stringify(expected)}`)
    },
  }
}

interface Kind {
  content: string
  attached?: Pick<Written['frame'], 'images' | 'documents'>
  /** All of it, or what must be in it. */
  expected: string | string[]
  /** A file that the agent makes. */
  made?: string
}

const kinds = {
  words: async (_: Random, id: string): Promise<Kind> => ({ content: `words of ${id}`, expected: [`> words of ${id}`] }),

  async slow(random: Random): Promise<Kind> {
    const last = random.int(3, 60)
    return { content: `/slow ${last}`, expected: counted(last) }
  },

  async files(random: Random, id: string): Promise<Kind> {
    const [picture, note] = [await noise(random.int(20, 120)), `a note of ${id}\n${'line\n'.repeat(random.int(1, 2000))}`]
    return { content: `files of ${id}`, attached: { images: [image(picture)], documents: [text(note, 'note.txt')] }, expected: [sha256(picture), sha256(note)] }
  },

  tools: async (_: Random, id: string): Promise<Kind> => ({ content: `/write ${id}.txt made by ${id}\n/read ${id}.txt\n/slow 3`, expected: '1 2 3', made: `${id}.txt` }),

  question: async (): Promise<Kind> => ({ content: '/ask Which? | Left | Right', expected: 'You chose Right.' }),
}
