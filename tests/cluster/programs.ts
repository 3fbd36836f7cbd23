import type { Message } from '../../src/shared/protocol/message.ts'
import { createRandom } from '../torture/random.ts'
import { promise } from '../torture/violation.ts'
import { openBalancer } from './balancer.ts'
import { openProgram, type Program } from './program.ts'
import { readSession } from './readSession.ts'

/** Programs that use the SDK through a load balancer, two in each session. */
export async function openPrograms(count: number, urls: readonly string[], seed: number, onBroken: (error: Error) => void) {
  const balancer = await openBalancer(urls, createRandom(seed))
  const programs: Program[] = Array.from({ length: count }, (_, i) => openProgram({
    name: `program ${i}`,
    url: balancer.url,
    session: `programs-${i >> 1}`,
    random: createRandom(seed - i - 1),
    onBroken,
  }))
  const sum = (name: keyof Program['counts']) => programs.reduce((all, { counts }) => all + counts[name], 0)

  return {
    stopWriting: () => programs.forEach(program => program.stopWriting()),
    waiting: () => programs.filter(program => !program.isSettled()).length,
    /** Each of their messages is stored and answered once. @returns what there was, for a person */
    async compare(): Promise<string> {
      for (const session of new Set(programs.map(({ session }) => session)))
        compareSession((await readSession(urls[0]!, session)).messages, programs.filter(program => program.session === session))
      return `${sum('whole')} answers told whole to ${count} programs (${sum('corrected')} of them corrected on the way, ${sum('again')} asked for anew, ${sum('resyncs')} to be read), ${balancer.counts.requests} requests, ${balancer.counts.cut} streams cut, ${balancer.counts.unreachable} times no server there`
    },
    close: () => balancer.close(),
  }
}

function compareSession(messages: readonly Message[], programs: readonly Program[]) {
  const asked = programs.flatMap(program => program.asked)
  for (const { id } of asked) {
    const stored = messages.filter(({ clientMessageId }) => clientMessageId === id)
    promise(stored.length === 1, `${id} is stored ${stored.length} times`)
    promise(messages.filter(({ replyTo }) => replyTo === stored[0]!.id).length === 1, `${id} is not answered once`)
  }
  promise(messages.length === 2 * asked.length, `${asked.length} were asked, and ${messages.length} messages are stored`)
}
