import { LIMITS } from '../../../shared/attachments.ts'
import type { Thumbnail } from '../../utils/images/thumbnail.ts'

/** Bytes that are kept from the first look at a file until it is prepared; what is over that is read once more. */
const ROOM = 64 * 1024 * 1024

/** What is known of files that are being prepared, until they are. */
function createGivenFiles() {
  const marks = new Map<string, string>()
  const thumbnails = new Map<string, Thumbnail>()
  const contents = new Map<string, { size: number, bytes: Promise<Uint8Array<ArrayBuffer>> }>()

  const taken = () => [...contents.values()].reduce((sum, { size }) => sum + size, 0)

  return {
    /** It is on the device as it was given, in the database of this mark. */
    takenIn: (id: string, mark: string): void => void marks.set(id, mark),
    markOf: (id: string): string | undefined => marks.get(id),
    /** It was decoded to its last pixel, and looks like this. */
    drawn: (id: string, thumbnail: Thumbnail): void => void thumbnails.set(id, thumbnail),
    thumbnailOf: (id: string): Thumbnail | undefined => thumbnails.get(id),
    /** All of it, for who prepares it later; undefined where that would be too much. @throws where it cannot be read */
    read(id: string, file: Blob): Promise<Uint8Array<ArrayBuffer>> | undefined {
      const { size } = file
      if (size > LIMITS.fileBytes || taken() + size > ROOM)
        return undefined
      const bytes = file.arrayBuffer().then(buffer => new Uint8Array(buffer))
      contents.set(id, { size, bytes })
      return bytes
    },
    bytesOf: (id: string): Promise<Uint8Array<ArrayBuffer> | undefined> | undefined => contents.get(id)?.bytes.catch(() => undefined),

    forget(id: string): void {
      contents.delete(id)
      marks.delete(id)
      thumbnails.delete(id)
    },
  }
}

export const givenFiles = createGivenFiles()
