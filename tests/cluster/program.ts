import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { createSatchelClient, type SatchelClient } from '../../src/sdk/client.ts'
import { SatchelError } from '../../src/sdk/satchelError.ts'
import type { StreamedEvent } from '../../src/sdk/streamedEvent.ts'
import { partsAfter } from '../../src/shared/parts/partEvents.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { Part } from '../../src/shared/protocol/parts.ts'
import type { Random } from '../torture/random.ts'
import { promise, Violation } from '../torture/violation.ts'
import { write, type Written } from './writing.ts'

const AGAIN_MS = 1000
/** What a program is told that may try later. */
const PASSING = [0, 408, 409, 429, 500, 502, 503, 504]

export type Program = ReturnType<typeof openProgram>

interface ProgramDeps {
  name: string
  /** Of a load balancer. */
  url: string
  session: string
  random: Random
  onBroken: (error: Error) => void
}

/** Asks one thing after the other by the SDK, as README shows it, and adds the answers up from their pieces alone. */
export function openProgram({ name, url, session, random, onBroken }: ProgramDeps) {
  const satchel = createSatchelClient({ baseUrl: url })
  const counts = { whole: 0, corrected: 0, again: 0, resyncs: 0 }
  const asked: Written[] = []
  let [isWriting, isAsking] = [true, true]

  async function ask(written: Written) {
    for (;;) {
      const answer = collect(written, satchel, session)
      try {
        for await (const event of satchel.streamMessage(session, written.frame.text, { attachments: attachmentsOf(written), idempotencyKey: written.id }))
          await answer.hear(event)
        if (answer.isCutShort()) {
          counts.resyncs++
          continue
        }
        answer.check()
        counts.whole++
        counts.corrected += answer.isCorrected() ? 1 : 0
        return
      }
      catch (error) {
        if (!(error instanceof SatchelError) || !PASSING.includes(error.status))
          throw new Violation(`${name}: ${String(error)}`, { cause: error })
        counts.again++
        await pause(AGAIN_MS) // and once more from the beginning, as the same message
      }
    }
  }

  async function start() {
    await satchel.createSession({ id: session })
    while (isWriting) {
      const written = await write(random, session)
      asked.push(written)
      await ask(written)
    }
    isAsking = false
  }

  void start().catch(onBroken)
  return {
    name,
    session,
    counts,
    asked,
    isSettled: () => !isAsking,
    stopWriting() {
      isWriting = false
    },
  }
}

/** What the pieces of one answer add up to. */
function collect(written: Written, satchel: SatchelClient, session: string) {
  let parts: Part[] = []
  let answer: Message | undefined
  let isCorrected = false
  const types: StreamedEvent['type'][] = []
  const count = (type: StreamedEvent['type']) => types.filter(other => other === type).length

  async function change(event: Extract<StreamedEvent, { message_id: string, type: 'part_added' | 'part_updated' | 'part_removed' | 'text_delta' }>) {
    if (event.type === 'part_added') {
      promise(!parts.some(({ id }) => id === event.part.id), `a part of the answer to ${written.id} came twice`)
      if (event.part.type === 'question' && event.part.status === 'waiting')
        await satchel.answerPart(session, event.message_id, event.part.id, { answers: { 'Which?': 'Right' } }).catch(unlessAnswered)
    }
    isCorrected ||= event.type === 'part_removed' || (event.type === 'part_updated' && event.part.type === 'text')
    parts = partsAfter(parts, event)
  }

  return {
    isCorrected: () => isCorrected,
    /** The rest is not told: it is to be read. */
    isCutShort: () => types.includes('resync_required'),
    async hear(event: StreamedEvent) {
      types.push(event.type)
      if (event.type === 'message_completed')
        answer = event.message
      if (event.type === 'part_added' || event.type === 'part_updated' || event.type === 'part_removed' || event.type === 'text_delta')
        await change(event)
    },
    /** @throws `Violation` */
    check() {
      for (const type of ['message_accepted', 'turn_started', 'message_completed'] as const)
        promise(count(type) === 1, `${type} came ${count(type)} times for ${written.id}`)
      promise(answer?.status === 'complete', `the answer to ${written.id} is ${answer?.status}: ${JSON.stringify(answer?.problem)}`)
      promise(isDeepStrictEqual(parts, answer!.parts), `the pieces of the answer to ${written.id} are ${JSON.stringify(parts)}, and all of it ${JSON.stringify(answer!.parts)}`)
      written.check(answer!)
    },
  }
}

function unlessAnswered(error: unknown) {
  if (!(error instanceof SatchelError) || error.status !== 409)
    throw error
}

const attachmentsOf = ({ frame: { images, documents } }: Written) => [
  ...images.map(({ source }, i) => ({ filename: `picture-${i}.png`, mimeType: source.media_type, content: Buffer.from(source.data, 'base64') })),
  ...documents.map(({ source, title }) => ({ filename: title ?? 'note.txt', mimeType: source.media_type, content: source.data })),
]
