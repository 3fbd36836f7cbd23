/** A file that the server holds. */
export interface StoredFile {
  /** Of the attachment. */
  id: string
  url: string
  /** Where the picture is served that Claude sees, if a browser would show another one. */
  still?: string
}
