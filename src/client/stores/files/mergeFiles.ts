import type { AttachmentView } from '../../../shared/attachmentView.ts'
import type { HeldFile } from '../../utils/storage/thumbnailStorage.ts'
import { insertAfter } from '../../utils/storage/order.ts'

/** What this tab knows of a draft's files, and the device did not when it was read. */
export interface Pending {
  /** Those that were taken out of the draft here: nothing that was read before the device had answered shows them again. */
  leaving: ReadonlySet<string>
  /** Those that were shown as saved when the reading began: where they are not found, they have gone. */
  savedBefore: ReadonlySet<string>
}

export interface Merged {
  /** All of the draft's files in their order. */
  shown: AttachmentView[]
  /** The ids of those that were shown and are the draft's no more: another tab has removed them. */
  gone: string[]
}

/**
 * How a draft's files are shown now. Changes nothing of what it is given.
 * @param held what the device held when it was read, in its order
 * @param shown what this tab shows; what only it has stands behind those that stand before it here: there it will be on the device, too
 * @param draw how a file of the device is shown that does not look as it did; the others keep their views
 */
export function mergeFiles(held: readonly HeldFile[], shown: readonly AttachmentView[], { leaving, savedBefore }: Pending, draw: (file: HeldFile) => AttachmentView): Merged {
  const here = new Map(shown.map(view => [view.id, view]))
  const stored = held.filter(({ id }) => !leaving.has(id)).map(file => shownAlready(file, here.get(file.id)) ?? draw(file))
  const ids = new Set(stored.map(({ id }) => id))
  const others = shown.filter(({ id }) => !ids.has(id))
  const isGone = (view: AttachmentView) => isHeld(view) && savedBefore.has(view.id)
  return {
    shown: inPlace(stored, others.filter(view => !isGone(view)), shown.map(({ id }) => id)),
    gone: others.filter(isGone).map(({ id }) => id),
  }
}

/** The device has it, as it is sent or as it was given. */
export const isHeld = ({ state, safe }: AttachmentView): boolean => state === 'saved' || state === 'preparing' && safe === true

/** @param own the tab's, which are put among the device's by what stands before them here */
function inPlace(stored: readonly AttachmentView[], own: readonly AttachmentView[], here: readonly string[]): AttachmentView[] {
  const views = new Map([...stored, ...own].map(view => [view.id, view]))
  const order = own.reduce((ids: string[], { id }) => insertAfter(ids, id, here.slice(0, here.indexOf(id))), stored.map(({ id }) => id))
  return order.flatMap(id => views.get(id) ?? [])
}

/** Nothing is drawn anew that looks as it did. */
function shownAlready(file: HeldFile, view: AttachmentView | undefined) {
  if (file.preparing)
    return view?.state === 'preparing' ? view : undefined
  return looksSame(file, view) ? view : undefined
}

const looksSame = (file: HeldFile, view: AttachmentView | undefined) => view?.state === 'saved' && lookOf(view) === lookOf(file)

const lookOf = ({ size, hasPosition, edits, caption, reading }: HeldFile | AttachmentView) =>
  JSON.stringify([size, hasPosition, edits?.id, caption, reading?.encoding])
