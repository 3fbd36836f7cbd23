// What scripts send over REST.

export const json = (body: unknown, headers: Record<string, string> = {}, method = 'POST'): RequestInit =>
  ({ method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })

export interface FormFile { name: string, bytes: Uint8Array, type?: string }

export const file = (name: string, bytes: Uint8Array, type = ''): FormFile => ({ name, bytes, type })

/** `files` are files; everything else is a field. */
export function form(fields: Record<string, string | string[]>, files: readonly FormFile[] = [], headers: Record<string, string> = {}): RequestInit {
  const body = new FormData()
  for (const [name, values] of Object.entries(fields)) {
    for (const value of [values].flat())
      body.append(name, value)
  }
  for (const { name, bytes, type } of files)
    body.append('files', new Blob([bytes as Uint8Array<ArrayBuffer>], { type }), name)
  return { method: 'POST', body, headers }
}

export const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

export interface StreamedEvent { id?: number, event: string, data: Record<string, never> & { type: string } }

/** The events of a stream as they come; ends with it. Remarks are left out. */
export async function* readEvents(response: Response): AsyncGenerator<StreamedEvent> {
  let rest = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop()!
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
      if (field('event'))
        yield { id: field('id') === undefined ? undefined : Number(field('id')), event: field('event')!, data: JSON.parse(field('data')!) as StreamedEvent['data'] }
    }
  }
}
