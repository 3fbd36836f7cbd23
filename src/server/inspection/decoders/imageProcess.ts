import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Decoder } from './decoderPool.ts'
import type { ImageAnswer, ImageRequest } from './imageWork.ts'

/** A process that decodes pictures: what a decoder takes lies outside of every limit that a thread has. It ends with the server. */
export async function startImageProcess(maxBytes: number): Promise<Decoder<ImageRequest, ImageAnswer>> {
  const child = createProcess(maxBytes)
  child.on('error', () => undefined) // it ends then, and whoever waits for it is told so
  const failed = once(child, 'exit').then(() => { throw new Error('the process that decodes pictures could not be started') })
  failed.catch(() => undefined)
  await Promise.race([once(child, 'message'), failed])
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null || child.killed
  setReferenced(child, false)

  return {
    async ask(request) {
      setReferenced(child, true)
      const answer = await answerOf(child, request)
      setReferenced(child, false)
      return answer
    },
    async end() {
      const exited = hasEnded() && !child.killed ? undefined : once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
    hasEnded,
  }
}

function answerOf(child: ChildProcess, request: ImageRequest) {
  return new Promise<ImageAnswer | undefined>((resolve) => {
    function finish(answer: ImageAnswer | undefined) {
      child.off('message', take).off('exit', giveUp)
      resolve(answer)
    }
    const take = (answer: unknown) => finish(answer as ImageAnswer)
    const giveUp = () => finish(undefined)
    child.on('message', take).on('exit', giveUp)
    child.send(request, error => error && giveUp())
  })
}

/** One that waits for work does not keep the server from ending. */
function setReferenced(child: ChildProcess, isReferenced: boolean) {
  if (isReferenced) {
    child.ref()
    child.channel?.ref()
  }
  else {
    child.unref()
    child.channel?.unref()
  }
}

/** As built, or from the sources through the loader that development uses. It is told nothing of the server's keys. */
function createProcess(maxBytes: number) {
  const isSource = import.meta.url.endsWith('.ts')
  const file = fileURLToPath(new URL(`./imageWorker.${isSource ? 'ts' : 'js'}`, import.meta.url))
  return fork(file, [String(maxBytes)], {
    execArgv: ['--max-old-space-size=128', ...isSource ? ['--import', import.meta.resolve('tsx')] : []],
    env: { PATH: process.env.PATH, MALLOC_ARENA_MAX: '2' },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
}
