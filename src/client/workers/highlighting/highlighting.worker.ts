import { tokensOf } from './tokens.ts'

/** Answers with the tokens, or says what went wrong. */
self.addEventListener('message', async ({ data }: MessageEvent<Parameters<typeof tokensOf>>) => {
  postMessage(await tokensOf(...data).catch((error: unknown) => String(error)))
})
