import { base64ToBytes } from '../../../shared/base64.ts'
import { fingerprint } from '../../utils/files/fingerprint.ts'
import type { DraftMedia } from '../../utils/files/fileUtils.ts'
import { FileRejectedError } from '../../utils/limits/rejection.ts'
import type { DraftThumbnail } from '../../utils/storage/draftSchema.ts'

/** A file of a draft, as far as the same one is noticed by it. */
interface KnownFile extends Pick<DraftThumbnail, 'id' | 'name' | 'sessionId' | 'fingerprint'> {
  /** Bytes as it was given; undefined where that is not known, and any file may be the same. */
  size?: number
  /** Until it is where others read it. */
  media?: DraftMedia
}

/** The files of the drafts looked at so far, by their ids. */
const known = new Map<string, KnownFile>()

/** No file has so few: what is on the server already is told by its id, and is the same as no file of this device. */
const STORED = 0

type ReadMedia = (id: string) => Promise<DraftMedia>

/**
 * The same bytes twice in a draft cost twice and say nothing new. They are looked at only where two files are equally
 * large: that is cheaper than taking every file's fingerprint.
 * @param size of the file as it was given
 * @param read finds the media of another file
 * @returns to be called when the media is where `read` finds it
 * @throws FileRejectedError
 */
export async function refuseSecond(view: DraftThumbnail, media: DraftMedia, size: number | undefined, read: ReadMedia): Promise<() => void> {
  const { id, name } = view
  const others = [...known.values()].filter(other => other.id !== id && other.sessionId === view.sessionId)
  // At once: of two that are ready at the same moment, one comes first.
  const file: KnownFile = { ...toKnown(view), size: media.stored ? STORED : size, media }
  known.set(id, file)
  const first = await findSame(file, others, read)
  if (first && known.delete(id)) { // else it was removed meanwhile, and nobody wants to know
    const as = first.name === name ? '' : `, as ${first.name}: their contents are the same`
    throw new FileRejectedError(`${name} is already attached${as}.`)
  }
  return () => { file.media = undefined }
}

async function findSame(file: KnownFile, others: readonly KnownFile[], read: ReadMedia): Promise<KnownFile | undefined> {
  for (const other of others.filter(({ size }) => size === undefined || size === file.size)) {
    const [own, its] = await Promise.all([printOf(file, read), printOf(other, read)])
    if (own !== undefined && own === its && known.has(other.id)) // it may have been removed meanwhile
      return other
  }
}

async function printOf(file: KnownFile, read: ReadMedia): Promise<string | undefined> {
  return file.fingerprint ??= await fingerprintOf(file.media ?? await read(file.id).catch(() => undefined))
}

/** Of the file as it was given: without one kept with it, that is what it still is. Undefined where that is not known. */
export async function fingerprintOf(media: DraftMedia | undefined): Promise<string | undefined> {
  if (!media || media.fingerprint || media.type === 'txt')
    return media?.fingerprint
  return fingerprint(base64ToBytes(media.base64))
}

/** From what the device holds. */
export function remember(view: DraftThumbnail): void {
  known.set(view.id, toKnown(view))
}

/** It has another form now. */
export function restate(view: DraftThumbnail): void {
  if (known.has(view.id))
    remember(view)
}

function toKnown({ id, name, sessionId, fingerprint, size, stored }: DraftThumbnail): KnownFile {
  const given = stored ? STORED : fingerprint === undefined ? size : undefined // a fingerprint is kept of what is not sent as it was given
  return { id, name, sessionId, fingerprint, size: given }
}

export const forgetBytesOf = (id: string): void => void known.delete(id)
