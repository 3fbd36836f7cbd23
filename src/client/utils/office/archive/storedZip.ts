const LOCAL_BYTES = 30
const ENTRY_BYTES = 46
const END_BYTES = 22

/** An archive of these parts, nothing of it packed. Without check sums, which its one reader does not look at. */
export function storedZip(parts: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer> {
  const files = [...parts].map(([name, bytes]) => ({ name: new TextEncoder().encode(name), bytes, offset: 0 }))
  const size = files.reduce((sum, { name, bytes }) => sum + LOCAL_BYTES + ENTRY_BYTES + 2 * name.length + bytes.length, END_BYTES)
  const zip = new Uint8Array(size)
  const view = new DataView(zip.buffer)
  let at = 0
  for (const file of files) {
    const { name, bytes } = file
    file.offset = at
    view.setUint32(at, 0x04034B50, true)
    view.setUint32(at + 18, bytes.length, true)
    view.setUint32(at + 22, bytes.length, true)
    view.setUint16(at + 26, name.length, true)
    zip.set(name, at + LOCAL_BYTES)
    zip.set(bytes, at + LOCAL_BYTES + name.length)
    at += LOCAL_BYTES + name.length + bytes.length
  }
  const directory = at
  for (const { name, bytes, offset } of files) {
    view.setUint32(at, 0x02014B50, true)
    view.setUint32(at + 20, bytes.length, true)
    view.setUint32(at + 24, bytes.length, true)
    view.setUint16(at + 28, name.length, true)
    view.setUint32(at + 42, offset, true)
    zip.set(name, at + ENTRY_BYTES)
    at += ENTRY_BYTES + name.length
  }
  view.setUint32(at, 0x06054B50, true)
  view.setUint16(at + 8, files.length, true)
  view.setUint16(at + 10, files.length, true)
  view.setUint32(at + 12, at - directory, true)
  view.setUint32(at + 16, directory, true)
  return zip
}
