/* What an attachment was before it was brought into a form that Claude takes. */

/** A picture as it was given, where it had to be converted or reduced. */
export interface OriginalImage {
  /** "PNG", "HEIC", ... */
  format: string
  width: number
  height: number
  /** Bytes. */
  size: number
  /** It lay on its side, or upside down, for programs that do not look at its orientation. */
  turned?: boolean
  /** It moved, and does not any more. */
  animated?: boolean
  /** Its pages, or pictures, of which only the first is left. */
  pages?: number
}

/** The Office document that a text was read from. */
export interface ReadFrom {
  /** "3 sheets", "12 slides, without its 4 pictures" */
  what: string
  mimeType: string
  /** Bytes. */
  size: number
}
