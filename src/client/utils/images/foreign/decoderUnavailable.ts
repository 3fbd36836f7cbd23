/** The library that opens a kind of picture is not here: the server is away, or has a newer app. The file is not at fault. */
export class DecoderUnavailableError extends Error {
  override name = 'DecoderUnavailableError'
}
