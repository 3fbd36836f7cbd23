import type { Thumbnail } from '../../utils/images/thumbnail.ts'

/** What is known of files that are being prepared, until they are. */
function createGivenFiles() {
  const marks = new Map<string, string>()
  const thumbnails = new Map<string, Thumbnail>()

  return {
    /** It is on the device as it was given, in the database of this mark. */
    takenIn: (id: string, mark: string): void => void marks.set(id, mark),
    markOf: (id: string): string | undefined => marks.get(id),
    /** It was decoded to its last pixel, and looks like this. */
    drawn: (id: string, thumbnail: Thumbnail): void => void thumbnails.set(id, thumbnail),
    thumbnailOf: (id: string): Thumbnail | undefined => thumbnails.get(id),

    forget(id: string): void {
      marks.delete(id)
      thumbnails.delete(id)
    },
  }
}

export const givenFiles = createGivenFiles()
