import { areSame, type Operation } from '../../../../shared/files/edits.ts'
import { transact } from '../draftDatabase.ts'
import type { UnsavedEdit } from '../draftSchema.ts'

/*
 * What was done to a picture in the editor, and is in no picture yet. It lies with what is shown of the file: it goes
 * with it, and comes back with it. Every function resolves when its transaction is complete.
 */

/** Characters of JSON. A line that is drawn for a minute has some hundred thousand. */
const KEPT_CHARS = 4_000_000

/** `gone`: the device has no such file. `changed`: what is in it by now is not what these steps went on from. */
export type Kept = 'kept' | 'gone' | 'changed'

/** Whoever writes last stays, of several tabs. @param saved what was done to the picture before @throws where there is no room */
export function keepUnsaved(id: string, saved: readonly Operation[], edit: UnsavedEdit): Promise<Kept> {
  if (JSON.stringify(edit).length > KEPT_CHARS)
    return Promise.reject(new Error('this is more than is kept of one picture'))
  return transact({ stores: ['draftThumbnails'], mode: 'readwrite' }, async (tx) => {
    const thumbnail = await tx.objectStore('draftThumbnails').get(id)
    if (!thumbnail)
      return 'gone'
    if (!areSame(thumbnail.edits?.operations, saved))
      return 'changed'
    await tx.objectStore('draftThumbnails').put({ ...thumbnail, unsaved: edit })
    return 'kept'
  })
}

/** Undefined where there is nothing, or it does not go on from what was done before. */
export function getUnsaved(id: string, saved: readonly Operation[]): Promise<UnsavedEdit | undefined> {
  return transact({ stores: ['draftThumbnails'], mode: 'readonly' }, async (tx) => {
    const { edits, unsaved } = await tx.objectStore('draftThumbnails').get(id) ?? {}
    return areSame(edits?.operations, saved) ? unsaved : undefined
  })
}
