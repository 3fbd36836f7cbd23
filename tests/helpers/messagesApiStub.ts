import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** What the stub says next. */
export type StubReply = StubWords & {
  /** As the reason why it stops. */
  stops?: 'refusal' | 'tool_use'
  /** Of a refusal: what it is about, as the API names it. */
  about?: 'cyber' | 'bio'
  /** How much it says that it read. */
  tokens?: number
}

type StubWords =
  | { text: string }
  /** Asks for a tool to be used. */
  | { tool: string, input: object }
  | { status: number, type: string, message: string, again?: boolean }
  /** Several blocks of one message, in order. */
  | { blocks: StubSaid[], breaks?: { type: string, message: string } }
  /** Begins to speak and never ends. */
  | { hang: string }
  /** Begins to speak, and then the stream ends: with an error of its own, or cut off. */
  | { half: string, error?: { type: string, message: string } }

export type StubSaid = { text: string } | { thinking: string } | { tool: string, input: object, id?: string }

export interface StubBlock {
  type: string
  text?: string
  title?: string
  content?: unknown
  is_error?: boolean
  source?: { type: string, media_type: string, data: string }
}

export interface StubRequest {
  model: string
  system?: unknown
  tools?: { name: string }[]
  messages: { role: string, content: string | StubBlock[] }[]
  stream?: boolean
  output_config?: { effort?: string }
}

/** A file that the API does not take, whenever it occurs in a request. */
export interface StubRefusal {
  /** As it stands in its block. */
  data: string
  /** What is said of it; `place` is where in the request it is, as in `messages.0.content.1`. */
  reply: (place: string) => Extract<StubReply, { status: number }>
}

/** A local stand-in for Anthropic's Messages API: it streams as the API does, and remembers what it received. */
export async function openMessagesApi() {
  const requests: StubRequest[] = []
  const keys: (string | undefined)[] = []
  const replies: StubReply[] = []
  const refusals: StubRefusal[] = []
  /** Answers according to the conversation, where a reply is not said beforehand: at once, or later. */
  const script: { next?: (request: StubRequest) => StubReply, later?: (request: StubRequest) => Promise<StubReply> } = {}

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const body = await read(request)
    if (request.method !== 'POST' || !request.url?.startsWith('/v1/messages'))
      return void response.writeHead(404).end('{}')
    if (request.url.includes('count_tokens'))
      return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"input_tokens":10}')
    const received = JSON.parse(body) as StubRequest
    requests.push(received)
    keys.push(request.headers['x-api-key'] as string | undefined)
    const reply = refusalOf(received, refusals) ?? replies.shift() ?? script.next?.(received) ?? await script.later?.(received) ?? { text: 'All right.' }
    if ('status' in reply) {
      response.writeHead(reply.status, { 'content-type': 'application/json', 'x-should-retry': String(reply.again ?? false) })
      return void response.end(JSON.stringify({ type: 'error', error: { type: reply.type, message: reply.message } }))
    }
    if (!received.stream)
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(wholeMessage(received, reply)))
    stream(response, received, reply)
  }

  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, keys, replies, refusals, script, connections: () => new Promise<number>((resolve, reject) => server.getConnections((error, count) => error ? reject(error) : resolve(count))) }
}

function refusalOf({ messages }: StubRequest, refusals: readonly StubRefusal[]) {
  for (const [m, { content }] of messages.entries()) {
    for (const [b, block] of typeof content === 'string' ? [] : content.entries()) {
      const refusal = refusals.find(({ data }) => block.source?.data === data)
      if (refusal)
        return refusal.reply(`messages.${m}.content.${b}`)
    }
  }
  return undefined
}

type Spoken = Exclude<StubReply, { status: number }>

function blocksOf(reply: Spoken): StubSaid[] {
  if ('blocks' in reply)
    return reply.blocks
  if ('tool' in reply)
    return [reply]
  if ('half' in reply)
    return [{ text: reply.half }]
  return [{ text: 'hang' in reply ? reply.hang : reply.text }]
}

const stopReason = (reply: Spoken) => reply.stops ?? (blocksOf(reply).some(one => 'tool' in one) ? 'tool_use' : 'end_turn')

/** Why it stops, as the API says it. */
const stopOf = (reply: Spoken) =>
  ({ stop_reason: stopReason(reply), ...reply.about && { stop_details: { type: 'refusal', category: reply.about, explanation: null } }, stop_sequence: null })

const usageOf = ({ tokens = 10 }: Spoken) => ({ input_tokens: tokens, output_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 })

const emptyMessage = ({ model }: StubRequest, reply: Spoken) =>
  ({ id: `msg_${crypto.randomUUID()}`, type: 'message', role: 'assistant', model, content: [] as object[], stop_reason: null as string | null, stop_sequence: null, usage: usageOf(reply) })

/** As the API answers where nobody asked for a stream. */
function wholeMessage(request: StubRequest, reply: Spoken) {
  const content = blocksOf(reply).map((one) => {
    if ('tool' in one)
      return { type: 'tool_use', id: toolId(one), name: one.tool, input: one.input }
    return 'thinking' in one ? { type: 'thinking', thinking: one.thinking, signature: 'sig' } : { type: 'text', text: one.text }
  })
  return { ...emptyMessage(request, reply), content, stop_reason: stopReason(reply) }
}

const toolId = ({ id }: { id?: string }) => id ?? `toolu_${crypto.randomUUID()}`

function stream(response: ServerResponse, request: StubRequest, reply: Spoken) {
  const event = (type: string, data: object) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  event('message_start', { message: emptyMessage(request, reply) })
  const said = blocksOf(reply)
  for (const [index, one] of said.entries()) {
    const delta = (delta: object) => event('content_block_delta', { index, delta })
    if ('tool' in one) {
      event('content_block_start', { index, content_block: { type: 'tool_use', id: toolId(one), name: one.tool, input: {} } })
      delta({ type: 'input_json_delta', partial_json: JSON.stringify(one.input) })
    }
    else if ('thinking' in one) {
      event('content_block_start', { index, content_block: { type: 'thinking', thinking: '', signature: '' } })
      piecesOf(one.thinking).forEach(thinking => delta({ type: 'thinking_delta', thinking }))
      delta({ type: 'signature_delta', signature: 'sig' })
    }
    else {
      event('content_block_start', { index, content_block: { type: 'text', text: '' } })
      piecesOf(one.text).forEach(text => delta({ type: 'text_delta', text }))
    }
    if ('hang' in reply)
      return
    if ('half' in reply || ('breaks' in reply && reply.breaks && index === said.length - 1))
      return breakOff(response, event, 'half' in reply ? reply.error : reply.breaks)
    event('content_block_stop', { index })
  }
  event('message_delta', { delta: stopOf(reply), usage: usageOf(reply) })
  event('message_stop', {})
  response.end()
}

/** After what was said has left. */
function breakOff(response: ServerResponse, event: (type: string, data: object) => boolean, error: object | undefined) {
  if (error)
    event('error', { error })
  response.write(': over\n\n', () => error ? response.end() : response.destroy())
}

const piecesOf = (text: string) => text.match(/\S+\s*/g) ?? []

async function read(request: IncomingMessage) {
  const chunks: Buffer[] = []
  for await (const chunk of request)
    chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
