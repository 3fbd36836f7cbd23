import { damaged, OFFICE_LIMITS, tooLarge } from './limits.ts'

/* ZIP as Office writes it: no encryption, no parts over 4 GB, stored or deflated. The browser itself inflates. */

const END = 0x06054B50
const ENTRY = 0x02014B50
const LOCAL = 0x04034B50
const END_BYTES = 22
const ENTRY_BYTES = 46
const LOCAL_BYTES = 30
const LONGEST_COMMENT = 65_535
const STORED = 0
const DEFLATED = 8
const ENCRYPTED = 1

interface Entry {
  method: number
  flags: number
  packedSize: number
  /** As the archive says: looked at before anything is unpacked, and held to it while it is. */
  size: number
  offset: number
}

export interface Zip {
  names: readonly string[]
  /** Bytes of a part, as the archive says; undefined where there is none. */
  sizeOf: (name: string) => number | undefined
  /** A part, unpacked. @param most bytes that it may have. @throws UnreadableDocument */
  read: (name: string, most?: number) => Promise<Uint8Array<ArrayBuffer> | undefined>
}

/** @returns undefined where the bytes are no archive, or a damaged one */
export function openZip(bytes: Uint8Array<ArrayBuffer>): Zip | undefined {
  const entries = readDirectory(bytes)
  if (!entries)
    return undefined
  let room: number = OFFICE_LIMITS.totalBytes
  return {
    names: [...entries.keys()],
    sizeOf: name => entries.get(name)?.size,
    async read(name, most = OFFICE_LIMITS.partBytes) {
      const entry = entries.get(name)
      if (!entry)
        return undefined
      if (entry.size > most || entry.size > room)
        throw tooLarge()
      room -= entry.size
      return unpack(bytes, entry)
    },
  }
}

function readDirectory(bytes: Uint8Array): Map<string, Entry> | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = findEnd(view)
  if (end === undefined)
    return undefined
  const count = view.getUint16(end + 10, true)
  let at = view.getUint32(end + 16, true)
  const entries = new Map<string, Entry>()
  for (let i = 0; i < Math.min(count, OFFICE_LIMITS.entries); i++) {
    if (at + ENTRY_BYTES > end || view.getUint32(at, true) !== ENTRY)
      return undefined
    const nameLength = view.getUint16(at + 28, true)
    const name = new TextDecoder().decode(bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameLength))
    entries.set(name.replaceAll('\\', '/'), { // some programs write names as Windows does
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      packedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    })
    at += ENTRY_BYTES + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return entries
}

/** From the end backwards: a comment may stand after it. */
function findEnd(view: DataView): number | undefined {
  for (let at = view.byteLength - END_BYTES; at >= Math.max(0, view.byteLength - END_BYTES - LONGEST_COMMENT); at--) {
    if (view.getUint32(at, true) === END)
      return at
  }
  return undefined
}

async function unpack(bytes: Uint8Array<ArrayBuffer>, { method, flags, packedSize, size, offset }: Entry): Promise<Uint8Array<ArrayBuffer>> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (offset + LOCAL_BYTES > bytes.length || view.getUint32(offset, true) !== LOCAL || flags & ENCRYPTED)
    throw damaged()
  const start = offset + LOCAL_BYTES + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true)
  if (start + packedSize > bytes.length)
    throw damaged()
  const packed = bytes.subarray(start, start + packedSize)
  if (method === STORED && packedSize === size)
    return packed
  if (method !== DEFLATED)
    throw damaged()
  return inflate(packed, size)
}

/** Stops at the size that was declared: an archive that lies about it is damaged, and costs no more memory than it said. */
async function inflate(packed: Uint8Array<ArrayBuffer>, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(size)
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader()
  let at = 0
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      if (at + chunk.value.length > size)
        throw damaged()
      whole.set(chunk.value, at)
      at += chunk.value.length
    }
  }
  catch {
    throw damaged()
  }
  finally {
    await reader.cancel().catch(() => undefined) // what failed is over already
  }
  if (at !== size)
    throw damaged()
  return whole
}
