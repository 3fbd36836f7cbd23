import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { errorCode } from '../../errors/problems.ts'
import { StartError } from '../../errors/startError.ts'

/** Written last: a folder without it holds no whole backup. */
export const FACTS_NAME = 'backup.json'
export const BLOBS_NAME = 'attachments'
export const LINK_KEY_NAME = 'links.key'

const BackupFacts = z.object({
  version: z.literal(1),
  /** ISO 8601. */
  madeAt: z.string(),
  /** Attachments, and what agents remember, that are in it. */
  files: z.number(),
  /** Of these files. */
  bytes: z.number(),
  /** Keys of what the database refers to and the store did not have, or not as it was stored. */
  lost: z.array(z.string()),
})
export type BackupFacts = z.infer<typeof BackupFacts>

/** @throws StartError where there is no whole backup */
export async function readFacts(folder: string): Promise<BackupFacts> {
  try {
    return BackupFacts.parse(JSON.parse(await readFile(path.join(folder, FACTS_NAME), 'utf8')))
  }
  catch (error) {
    if (errorCode(error) !== 'ENOENT' && !(error instanceof SyntaxError || error instanceof z.ZodError))
      throw error
    throw new StartError(`${folder} holds no whole backup: ${FACTS_NAME} is missing, or of another version. Name a folder that "npm run backup" has completed.`, { cause: error })
  }
}
