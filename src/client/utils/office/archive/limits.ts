const MiB = 1024 * 1024

/** What is read of an Office document. A file can be small and hold gigabytes: nothing is unpacked beyond these. */
export const OFFICE_LIMITS = {
  /** Files in its archive. */
  entries: 20_000,
  /** Bytes of one of them, unpacked. */
  partBytes: 64 * MiB,
  /** Bytes of all that are read, unpacked. */
  totalBytes: 128 * MiB,
  /** Bytes of a Word document's parts, unpacked: they are all held in memory at once. */
  wordBytes: 24 * MiB,
  /** Elements inside each other. */
  depth: 500,
  /** Sheets or slides. */
  pages: 5000,
  /** Times that one cell or row may say it is repeated. */
  repeats: 500,
} as const

/** Why a document is not read: a sentence without its subject. */
export class UnreadableDocument extends Error {
  override name = 'UnreadableDocument'
}

export const tooLarge = (): UnreadableDocument =>
  new UnreadableDocument('holds more than can be read as text here. Save the part that matters as a document of its own and attach that.')

export const damaged = (): UnreadableDocument => new UnreadableDocument('is damaged: it cannot be read as a document.')
