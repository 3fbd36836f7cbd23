// What a tab puts into a frame.

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

export const image = (bytes: Uint8Array, mediaType = 'image/png') =>
  ({ type: 'image', source: { type: 'base64', media_type: mediaType, data: base64(bytes) } })

export const pdf = (bytes: Uint8Array, title?: string) =>
  ({ type: 'document', title, source: { type: 'base64', media_type: 'application/pdf', data: base64(bytes) } })

export const text = (data: string, title?: string) =>
  ({ type: 'document', title, source: { type: 'text', media_type: 'text/plain', data } })

/** The person's name for one block. */
export const named = (kind: 'image' | 'document', index: number, name: string) => ({ kind, index, id: crypto.randomUUID(), name })
