import { MOST_LINES } from '../../../../shared/markdown/mathematics.ts'
import { parseBlocks, type Block, type Environment } from './markdown.ts'

/**
 * Renders a text that grows as if it had come whole: of what has grown only the end is parsed anew, however long it
 * has become. Whatever may still become something else belongs to the end: the last block and the one before it,
 * which it may join, and as many lines as a formula may have that is not closed yet.
 * @param id unique on the page
 * @returns to be told of a text whether it will go on
 */
export function growingRenderer(id: string): (text: string, growing?: boolean) => string[] {
  /** Up to where it is done, and the blocks of that. */
  let done = ''
  let blocks: string[] = []
  /** What looks like the mention of a note is drawn as one, whose note never came where the text is whole. */
  let guessed = false

  function forget() {
    [done, blocks, guessed] = ['', [], false]
  }

  /** What of it stays as it is, whatever comes. */
  function finish(text: string, end: string, found: readonly Block[], all: readonly string[]) {
    const finished = finishedBlocks(end, found)
    blocks = all.slice(0, blocks.length + finished)
    done = text.slice(0, done.length + (finished > 0 ? offsetOf(end, found[finished]?.line ?? 0) : 0))
  }

  return (text, growing = false) => {
    if (!text.startsWith(done) || (guessed && !growing))
      forget()
    const env: Environment = { docId: id, growing }
    const end = text.slice(done.length)
    const found = parseBlocks(end, env)
    if (done && isDefining(env)) { // what it defines is meant for all of the text
      forget()
      return parseBlocks(text, { docId: id, growing }).map(({ html }) => html)
    }
    guessed ||= Boolean(env.guessed)
    const all = [...blocks, ...found.map(({ html }) => html)]
    if (!isDefining(env) && !text.includes('\r'))
      finish(text, end, found, all)
    return all
  }
}

const isDefining = ({ references, notes }: Environment) => Boolean(notes) || Object.keys(references ?? {}).length > 0

/** How many blocks stay as they are, whatever comes. */
function finishedBlocks(text: string, found: readonly Block[]): number {
  const lines = text.split('\n').length
  let finished = Math.max(0, found.length - 2)
  while (finished > 0 && (found[finished]?.line ?? 0) > lines - 1 - MOST_LINES)
    finished--
  return finished
}

function offsetOf(text: string, line: number): number {
  let offset = 0
  for (let i = 0; i < line; i++)
    offset = text.indexOf('\n', offset) + 1
  return offset
}
