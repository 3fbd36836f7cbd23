/** A file that is not taken. The message is a sentence for the person: which file, why, what would work. */
export class FileRejectedError extends Error {
  override name = 'FileRejectedError'
  /** The agent's folder takes it as it is, if the person says so. */
  readonly fitsFolder: boolean

  constructor(message: string, { fitsFolder = false } = {}) {
    super(message)
    this.fitsFolder = fitsFolder
  }
}

/** Its bytes do not come from where it was given; where they are on the device already, they are there. */
export class UnreadableFileError extends FileRejectedError {}

/** Of a file whose bytes are nothing that can be sent. */
export const notSupported = (name: string): string => `${name} cannot be attached: only images, PDFs and text files can.`
