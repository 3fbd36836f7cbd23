import { isImageMimeType, PDF_TYPE } from '../../../../shared/attachments.ts'
import { base64ToBytes } from '../../../../shared/base64.ts'
import type { Changes } from '../../../../shared/files/edits.ts'
import { createKeyedQueue } from '../../../../shared/keyedQueue.ts'
import { uuid } from '../../../../shared/uuid.ts'
import type { DraftMedia } from '../../../utils/files/fileUtils.ts'
import { givenFormOf, type GivenForm } from '../../../utils/files/givenForm.ts'
import { decodePicture } from '../../../utils/images/editing/decodePicture.ts'
import { loadPart } from '../../../utils/network/loadPart.ts'
import { saveAnew, type AttachedMedia } from '../attachTasks.ts'
import { getMedia } from '../heldMedias.ts'
import { drawThumbnail, toThumbnail } from '../thumbnails.ts'
import { changePicture, type ChangedForm } from './pictureChanges.ts'

/*
 * What a person does to a file before it is sent. All of it is done anew from the file as it was given, which stays
 * beside it on the device: any of it can be taken back, whenever. The record is replaced in one transaction, so that
 * there is the old form or the new one, whatever ends the browser.
 */

/** When the first PDF is cut, or before, so that it is there when the server is away. */
export const loadPdfCutter = () => loadPart(() => import('./pdfChanges.ts'))

const queue = createKeyedQueue()

/** @param changes all of them; without any the file is as it was given, byte for byte @throws where it is gone */
export function change(id: string, changes: Changes): Promise<AttachedMedia> {
  return queue.run(id, async () => {
    const { given: kept, edits: _, ...media } = await getMedia(id)
    const given = kept ?? givenFormOf({ ...media })
    if (isUnchanged(changes)) {
      const back: DraftMedia = { ...media, ...given }
      return saveAnew(back, await drawThumbnail(back))
    }
    const { thumbnail, ...form } = await changed(given, changes)
    const anew: DraftMedia = { ...media, ...form, given, edits: { ...changes, id: uuid() } }
    return saveAnew(anew, toThumbnail(anew, thumbnail))
  })
}

/** Makes a picture smaller than it had to be, because a message has to hold others too. @throws where it is gone */
export async function reduce(id: string): Promise<AttachedMedia> {
  const { edits: { id: _, ...edits } = { id } } = await getMedia(id)
  return change(id, { ...edits, size: 'small' })
}

const isUnchanged = ({ operations = [], size, pages }: Changes) => !operations.length && size === undefined && !pages?.length

async function changed(given: GivenForm, changes: Changes): Promise<ChangedForm> {
  if (given.mimeType === PDF_TYPE)
    return (await loadPdfCutter()).cutPdf(given, changes)
  return changePicture(given, changes)
}

/** A picture as it was given, before anything was changed. @throws where it is gone, or none */
export async function openGiven(id: string): Promise<ImageBitmap> {
  const media = await getMedia(id)
  const { base64, mimeType } = media.given ?? media
  if (!isImageMimeType(mimeType))
    throw new Error('only pictures can be edited')
  return decodePicture(base64ToBytes(base64), mimeType)
}

/** A file as it was given, with all of its pages. @throws where it is gone */
export async function readGiven(id: string): Promise<Blob> {
  const media = await getMedia(id)
  const { base64, mimeType } = media.given ?? media
  return new Blob([base64ToBytes(base64)], { type: mimeType })
}

/** What a picture would weigh: with what was done to it, as it is, good and small. @throws where it is gone */
export async function weigh(id: string): Promise<{ size: number, width?: number, height?: number }[]> {
  const { given, edits, ...media } = await getMedia(id)
  const weights: { size: number, width?: number, height?: number }[] = []
  for (const size of [undefined, 'good', 'small'] as const) {
    const { operations } = edits ?? {}
    const isGiven = !operations?.length && size === undefined
    const { size: bytes = 0, width, height } = isGiven ? given ?? media : await changed(given ?? givenFormOf(media), { operations, size })
    weights.push({ size: bytes, width, height })
  }
  return weights
}
