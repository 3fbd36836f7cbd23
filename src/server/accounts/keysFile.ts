import type { FastifyBaseLogger } from 'fastify'
import { readFileSync } from 'node:fs'
import { errorCode } from '../errors/problems.ts'
import { StartError } from '../errors/startError.ts'
import { readKeyLines, type ApiKey } from './apiKeys.ts'
import type { KeyRing } from './keyRing.ts'

export interface KeysFile {
  path: string
  /** Other machines can reach the server. */
  exposed: boolean
  /** Milliseconds between two looks whether it is another one. */
  everyMs?: number
}

const LOOK_MS = 2000

/** @throws StartError */
export function readKeysFile({ path, exposed }: KeysFile): ApiKey[] {
  return readKeyLines(readText(path), exposed)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  }
  catch (error) {
    throw new StartError(`API_KEYS_FILE: the file cannot be read (${errorCode(error) ?? 'unknown reason'}).`, { cause: error })
  }
}

/**
 * Takes over what the file says from now on. Looked at by its text, which also holds where another file is put in its
 * place, as systems that hand out secrets do. What cannot be read changes nothing: nobody is locked out by a typing error.
 * @returns how to end that
 */
export function followKeysFile(file: KeysFile, ring: KeyRing, log: Pick<FastifyBaseLogger, 'info' | 'error'>): () => void {
  let known: string | undefined = readText(file.path)
  let isTold = false

  function look() {
    try {
      const text = readText(file.path)
      if (text === known)
        return
      known = text
      isTold = false
      const keys = readKeyLines(text, file.exposed)
      ring.replace(keys)
      log.info({ keys: keys.length }, 'the keys were read again')
    }
    catch (error) {
      if (!(error instanceof StartError))
        throw error
      if (!isTold)
        log.error(`${error.message} The keys of before go on being good.`)
      isTold = true
    }
  }

  const looking = setInterval(look, file.everyMs ?? LOOK_MS).unref()
  return () => clearInterval(looking)
}
