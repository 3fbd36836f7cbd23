/** Bytes read at a time. */
const CHUNK = 1024 * 1024

/** A line is longer than was allowed: nobody has to hold it in memory to find out. */
export class LineTooLongError extends Error {
  override name = 'LineTooLongError'
}

export interface Line {
  text: string
  /** Bytes of the file up to its end. */
  end: number
}

/**
 * The lines of a text file as UTF-8, read piece by piece.
 * @param longest bytes of one line
 * @throws LineTooLongError, TypeError where it is not UTF-8, and the browser's DOMException where it cannot be read
 */
export async function* readLines(file: Blob, longest: number): AsyncGenerator<Line> {
  let held: Uint8Array<ArrayBuffer>[] = []
  let length = 0

  function hold(bytes: Uint8Array<ArrayBuffer>) {
    held.push(bytes)
    length += bytes.length
    if (length > longest)
      throw new LineTooLongError(`a line of more than ${longest} bytes`)
  }

  async function take(end: number): Promise<Line> {
    const bytes = new Uint8Array(await new Blob(held).arrayBuffer())
    held = []
    length = 0
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), end }
  }

  for (let at = 0; at < file.size; at += CHUNK) {
    const chunk = new Uint8Array(await file.slice(at, at + CHUNK).arrayBuffer())
    let start = 0
    for (let newline = chunk.indexOf(0x0A); newline >= 0; newline = chunk.indexOf(0x0A, start)) {
      hold(chunk.subarray(start, newline))
      start = newline + 1
      yield await take(at + start)
    }
    hold(chunk.subarray(start))
  }
  if (length)
    yield await take(file.size)
}
