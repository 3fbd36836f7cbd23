import type { LineTokens, tokensOf } from './tokens.ts'

let worker: Worker | undefined

/** `tokensOf`, off the page's thread: thousands of lines take seconds. Asked for one after the other; nothing where there are no workers. */
export function askForTokens(...args: Parameters<typeof tokensOf>): Promise<LineTokens[]> {
  if (typeof Worker === 'undefined')
    return Promise.resolve([])
  const asked = worker ??= new Worker(new URL('./highlighting.worker.ts', import.meta.url), { type: 'module' })
  return new Promise((resolve, reject) => {
    asked.onmessage = ({ data }: MessageEvent<LineTokens[] | string>) => typeof data === 'string' ? reject(new Error(data)) : resolve(data)
    asked.onerror = (event) => {
      event.preventDefault()
      asked.terminate()
      worker = undefined // the next one begins anew
      reject(new Error(event.message || 'the worker did not load'))
    }
    asked.postMessage(args)
  })
}
