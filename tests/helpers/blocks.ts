// What a tab puts into a frame.

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

export const image = (bytes: Uint8Array, mediaType = 'image/png') =>
  ({ type: 'image', source: { type: 'base64', media_type: mediaType, data: base64(bytes) } })

export const pdf = (bytes: Uint8Array, title?: string) =>
  ({ type: 'document', title, source: { type: 'base64', media_type: 'application/pdf', data: base64(bytes) } })

export const text = (data: string, title?: string) =>
  ({ type: 'document', title, source: { type: 'text', media_type: 'text/plain', data } })

/** For the agent's workspace only. */
export const workspaceFile = (name: string, bytes: Uint8Array, mediaType = 'application/zip') =>
  ({ name, source: { type: 'base64', media_type: mediaType, data: base64(bytes) } })

/** The person's name for one block or file. */
export const named = (kind: 'image' | 'document' | 'file', index: number, name: string) => ({ kind, index, id: crypto.randomUUID(), name })
