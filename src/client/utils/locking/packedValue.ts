/* A record as bytes: what JSON can say of it, and behind that the bytes that it holds. */

interface Part {
  /** Where in the value it stands. */
  path: string[]
  kind: 'bytes' | 'buffer' | 'blob' | 'file'
  size: number
  type?: string
  name?: string
  lastModified?: number
}

type Held = Blob | ArrayBuffer | ArrayBufferView

const isHeld = (value: unknown): value is Held => value instanceof Blob || value instanceof ArrayBuffer || ArrayBuffer.isView(value)

export async function packValue(value: unknown): Promise<Uint8Array<ArrayBuffer>> {
  const found: { path: string[], held: Held }[] = []
  const json = take(value, [], found)
  const parts = await Promise.all(found.map(async ({ path, held }) => ({ part: { path, ...describe(held) }, bytes: await bytesOf(held) })))
  const header = new TextEncoder().encode(JSON.stringify({ json, parts: parts.map(({ part, bytes }) => ({ ...part, size: bytes.length })) }))
  const packed = new Uint8Array(4 + header.length + parts.reduce((sum, { bytes }) => sum + bytes.length, 0))
  new DataView(packed.buffer).setUint32(0, header.length)
  packed.set(header, 4)
  let at = 4 + header.length
  for (const { bytes } of parts) {
    packed.set(bytes, at)
    at += bytes.length
  }
  return packed
}

export function unpackValue(packed: Uint8Array<ArrayBuffer>): unknown {
  const length = new DataView(packed.buffer, packed.byteOffset).getUint32(0)
  const { json, parts } = JSON.parse(new TextDecoder().decode(packed.subarray(4, 4 + length))) as { json: unknown, parts: Part[] }
  let at = 4 + length
  for (const part of parts) {
    put(json, part.path, made(part, packed.slice(at, at + part.size)))
    at += part.size
  }
  return json
}

function take(value: unknown, path: string[], found: { path: string[], held: Held }[]): unknown {
  if (isHeld(value)) {
    found.push({ path, held: value })
    return null
  }
  if (Array.isArray(value))
    return value.map((one, i) => take(one, [...path, String(i)], found))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, take(one, [...path, name], found)]))
  return value
}

function describe(held: Held): Omit<Part, 'path' | 'size'> {
  if (held instanceof File)
    return { kind: 'file', type: held.type, name: held.name, lastModified: held.lastModified }
  if (held instanceof Blob)
    return { kind: 'blob', type: held.type }
  return { kind: held instanceof ArrayBuffer ? 'buffer' : 'bytes' }
}

async function bytesOf(held: Held): Promise<Uint8Array> {
  if (held instanceof Blob)
    return new Uint8Array(await held.arrayBuffer())
  return held instanceof ArrayBuffer ? new Uint8Array(held) : new Uint8Array(held.buffer, held.byteOffset, held.byteLength)
}

function made({ kind, type, name = '', lastModified }: Part, bytes: Uint8Array<ArrayBuffer>): Held {
  if (kind === 'file')
    return new File([bytes], name, { type, lastModified })
  if (kind === 'blob')
    return new Blob([bytes], { type })
  return kind === 'buffer' ? bytes.buffer : bytes
}

function put(json: unknown, path: readonly string[], held: Held) {
  const holder = path.slice(0, -1).reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], json)
  const last = path.at(-1)
  if (last !== undefined && typeof holder === 'object' && holder !== null)
    Object.defineProperty(holder, last, { value: held, enumerable: true, writable: true, configurable: true })
}
