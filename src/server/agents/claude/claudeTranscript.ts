import { open, readdir } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { errorCode } from '../../errors/problems.ts'

/** Where an entry that was just written can be found. */
const TAIL_BYTES = 1024 * 1024
/** The SDK writes its file a moment after it has told us. */
const PATIENCE_MS = 5000
const PAUSE_MS = 50

const FailedEntry = z.object({ uuid: z.string(), errorDetails: z.string() })

/**
 * The API's own words about an entry that failed, from the SDK's file of the conversation. That file is nobody's
 * promise: where there is nothing in it, the answer is undefined, and a refusal is told less exactly.
 */
export async function findApiWords(configFolder: string, session: string, entry: string): Promise<string | undefined> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(PAUSE_MS)) {
    for (const line of await readTail(path.join(configFolder, 'projects'), `${session}.jsonl`)) {
      if (line.includes('"errorDetails"') && line.includes(entry))
        return FailedEntry.safeParse(JSON.parse(line)).data?.errorDetails
    }
  }
  return undefined
}

/** Each working folder has a folder of its own there, whose name is up to the SDK. */
async function readTail(folder: string, name: string): Promise<string[]> {
  for (const project of await readdir(folder).catch(orNothing) ?? []) {
    const file = await open(path.join(folder, project, name)).catch(orNothing)
    if (!file)
      continue
    try {
      const { size } = await file.stat()
      const length = Math.min(size, TAIL_BYTES)
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
      return buffer.toString('utf8').split('\n').slice(size > length ? 1 : 0, -1) // whole lines only
    }
    finally {
      await file.close()
    }
  }
  return []
}

function orNothing(error: unknown) {
  const code = errorCode(error)
  if (code !== 'ENOENT' && code !== 'ENOTDIR')
    throw error
  return undefined
}
