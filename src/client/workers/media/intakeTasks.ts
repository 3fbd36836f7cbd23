import type { Thumbnail } from '../../utils/images/thumbnail.ts'
import { drawAtOnce } from '../../utils/images/glance.ts'
import type { KeptRefusal } from '../../utils/storage/draftSchema.ts'
import { givenRecords, type Given } from '../../utils/storage/intake/givenRecords.ts'
import * as intake from '../../utils/storage/intake/intakeStorage.ts'
import { keepRefusal } from '../../utils/storage/intake/refusalStorage.ts'
import { fileOf } from '../../utils/storage/intake/keptFile.ts'
import { batchOf, type IntakeFile } from '../../utils/storage/intakeRecords.ts'
import { givenFiles } from './givenFiles.ts'
import { mediaCache } from './mediaCache.ts'

/* Files as they were given: on the device before anything is done to them, and taken up again where that was not finished. */

/**
 * Puts onto the device what was given in one step, in one step.
 * @param isRead what lies on the device of the draft is among what stands before them
 * @returns the ids of those that are on the disk
 */
export async function takeIn(sessionId: string, batch: string, given: readonly Given[], isRead: boolean): Promise<string[]> {
  return put(givenRecords(sessionId, batch, given), isRead)
}

type Held = IntakeFile & { file: Blob }

/** One that cannot be read keeps the others from nothing. */
async function put(files: readonly Held[], isRead: boolean): Promise<string[]> {
  try {
    return await takeInSomehow(files, isRead)
  }
  catch (error) {
    if (files.length <= 1)
      console.warn('This file could not be put onto the device as it was given; it is once it is prepared.', error)
    const each = files.length <= 1 ? [] : await Promise.all(files.map(file => put([file], isRead)))
    return each.flat()
  }
}

let refusesBlobs = false

/** Some browsers refuse Blobs in IndexedDB: there the bytes go in. */
async function takeInSomehow(files: readonly Held[], isRead: boolean): Promise<string[]> {
  if (!refusesBlobs) {
    try {
      return await takeInStaying(files, isRead)
    }
    catch (error) {
      if ((error as Error).name === 'QuotaExceededError')
        throw error
    }
  }
  const ids = await takeInStaying(await Promise.all(files.map(async file => ({ ...file, file: await file.file.arrayBuffer() }))), isRead)
  refusesBlobs = true
  return ids
}

/** Those that were not removed while they were read. */
async function takeInStaying(files: readonly IntakeFile[], isRead: boolean): Promise<string[]> {
  const staying = files.filter(({ id }) => !mediaCache.isRemoved(id))
  const mark = staying.length ? await intake.takeIn(staying, isRead) : ''
  staying.forEach(({ id }) => givenFiles.takenIn(id, mark))
  return staying.map(({ id }) => id)
}

/** What is on the device as it was given: by what it was given with, and whose drafts' it is. */
export async function waiting(): Promise<{ batch: string, sessionIds: string[] }[]> {
  const batches = new Map<string, Set<string>>()
  for (const file of await intake.getIntake())
    batches.set(batchOf(file), (batches.get(batchOf(file)) ?? new Set()).add(file.sessionId))
  return [...batches].map(([batch, sessionIds]) => ({ batch, sessionIds: [...sessionIds] }))
}

/** After so many times a file is no longer opened: it may be what ends the browser. */
const TRIES = 5

/**
 * One file's preparation did not end.
 * @param counts it ended its worker, or went down with it
 * @returns whether it is better not opened any more
 */
export async function beginAgain(id: string, counts: boolean): Promise<boolean> {
  const { files, mark } = await intake.beginOneAnew(id, counts)
  if (files.length)
    givenFiles.takenIn(id, mark)
  return files.some(({ tries = 0 }) => tries > TRIES)
}

/** What is there of a batch, about to be prepared from its beginning. */
export async function takeUp(batch: string): Promise<(Given & { sessionId: string })[]> {
  const { files, mark } = await intake.beginAnew(batch)
  return files.map((one) => {
    const { id, sessionId, before, intoFolder, tries = 0 } = one
    givenFiles.takenIn(id, mark)
    mediaCache.restore(id) // another tab may have taken it out, and put it back
    return { id, sessionId, file: fileOf(one), before, intoFolder: intoFolder || tries > TRIES }
  })
}

/** It is not to be the draft's; what the person is told of it is kept with that. */
export async function refuse(id: string, sessionId: string, refusal: KeptRefusal): Promise<void> {
  givenFiles.forget(id)
  await keepRefusal(id, sessionId, refusal)
}

/** How a picture looks, before it is checked; undefined where only that tells. */
export async function glance(id: string, file: File): Promise<Thumbnail | undefined> {
  try {
    const thumbnail = await drawAtOnce(file, await givenFiles.read(id, file))
    if (thumbnail)
      givenFiles.drawn(id, thumbnail)
    return thumbnail
  }
  catch {
    return undefined // why, is found out when it is checked
  }
}
