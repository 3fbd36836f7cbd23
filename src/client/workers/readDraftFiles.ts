import { MissingPartError } from '../utils/network/loadPart.ts'
import { getDrawnFiles, type HeldFile } from '../utils/storage/thumbnailStorage.ts'
import { media } from './media.ts'

/** A draft's files on the device, in their order. Where the worker did not come the page reads them itself, if none is still to be drawn. */
export async function readDraftFiles(sessionId: string): Promise<readonly HeldFile[]> {
  try {
    return await media.load(sessionId)
  }
  catch (error) {
    const found = error instanceof MissingPartError ? await getDrawnFiles(sessionId) : undefined
    if (!found)
      throw error
    return found
  }
}
