import type { Encoding } from '../../../shared/text/encodings.ts'
import type { DraftMedia } from '../../utils/files/fileUtils.ts'
import { admitTextAs } from '../../utils/text/textAdmission.ts'
import { getMedia } from './heldMedias.ts'
import { saveAnew, type AttachedMedia } from './attachTasks.ts'
import { toThumbnail } from './thumbnails.ts'

/** Reads a text again from the bytes it was given with. @throws FileRejectedError; where it or its bytes are gone */
export async function readAs(id: string, encoding: Encoding): Promise<AttachedMedia> {
  const media = await getMedia(id)
  if (!media.reading)
    throw new Error('its bytes are its text')
  const read: DraftMedia = { ...media, ...admitTextAs(media.name, media.reading.bytes, encoding) }
  return saveAnew(read, toThumbnail(read))
}
