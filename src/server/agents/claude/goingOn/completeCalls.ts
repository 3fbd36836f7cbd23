import type { Part } from '../../../../shared/protocol/parts.ts'
import type { MemoryEntry, Turn } from '../../agent.ts'
import { askQuestions } from '../asking/questions.ts'
import { QUESTION_TOOL } from '../tools/offer.ts'
import { doneAlready } from './doneAlready.ts'
import { entriesBehind, putOff, resultOf, type OpenCall } from './openCalls.ts'

const NOT_RUN = 'The server was restarted before this could run. Call it again if it is still needed.'
const UNKNOWN = 'The server was restarted while this ran: it may have been done in part, or as a whole. Look at what is there before you do it again.'

/**
 * Calls that the end of the server cut off, as entries that the conversation goes on with. The SDK would leave them
 * out, and with them what a person answered. What was done is told, the last one that is not done is put off for
 * the SDK to ask for and to run, and of the others Claude is told the truth.
 */
export async function completeCalls(entries: readonly MemoryEntry[], calls: readonly OpenCall[], turn: Turn): Promise<MemoryEntry[]> {
  const behind = entriesBehind(entries)
  const completed: MemoryEntry[] = []
  const left: OpenCall[] = []
  for (const call of calls) {
    const done = await doneAlready(call, turn.workspaceFolder)
    if (done)
      completed.push(behind({ ...resultOf(call, done.words, false), toolUseResult: done.result }))
    else if (mayHaveRun(call, turn.recorded))
      completed.push(behind(resultOf(call, UNKNOWN, true)))
    else
      left.push(call)
  }
  const last = left.pop()
  for (const call of left)
    completed.push(behind(call.name === QUESTION_TOOL ? await answered(call, turn) : resultOf(call, NOT_RUN, true)))
  return last ? [...completed, behind(putOff(last))] : completed
}

/** A command in a shell is not run twice: it waits to be allowed, or it may have begun. */
function mayHaveRun({ id, name }: OpenCall, recorded: readonly Part[]): boolean {
  const part = recorded.find(each => each.id === id)
  return name === 'Bash' && part?.type === 'tool' && part.status === 'running'
}

async function answered(call: OpenCall, turn: Turn): Promise<MemoryEntry> {
  const result = await askQuestions(turn, call.input, call.id)
  if (result.behavior === 'deny')
    return resultOf(call, result.message, true)
  const { answers } = result.updatedInput as { answers: Record<string, string> }
  const said = Object.entries(answers).map(([question, answer]) => `"${question}"="${answer}"`).join(', ')
  return resultOf(call, `Your questions have been answered: ${said}. You can now continue with these answers in mind.`, false)
}
