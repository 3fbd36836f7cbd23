import { expect } from 'vitest'
import { WebSocket, type ClientOptions } from 'ws'
import type { ServerFrame } from '../../src/shared/protocol/frames.ts'
import type { Message } from '../../src/shared/protocol/message.ts'

export type FrameOf<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type }>

export type Connection = Awaited<ReturnType<typeof connect>>

/** A tab's socket: what it heard so far, and ways to wait for more. */
export async function connect(url: string, options: ClientOptions = {}) {
  const socket = new WebSocket(url.replace('http', 'ws') + '/ws', options)
  const frames: ServerFrame[] = []
  socket.on('message', data => frames.push(JSON.parse((data as Buffer).toString()) as ServerFrame))
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })

  const all = <Type extends ServerFrame['type']>(type: Type) => frames.filter((frame): frame is FrameOf<Type> => frame.type === type)

  /** The first frame of the type that fits, as soon as it is there. */
  async function heard<Type extends ServerFrame['type']>(type: Type, fits: (frame: FrameOf<Type>) => boolean = () => true): Promise<FrameOf<Type>> {
    await expect.poll(() => all(type).some(fits), { message: `no ${type} came`, interval: 5 }).toBe(true)
    return all(type).find(fits)!
  }

  return {
    socket,
    frames,
    all,
    heard,
    send: (frame: object | string) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),

    /** What the deltas of one message add up to. */
    textOf: (messageId: string) => all('text_delta').filter(frame => frame.message_id === messageId).map(frame => frame.delta).join(''),

    /** Sends a message and waits until it is accepted or refused. */
    async say(frame: object): Promise<FrameOf<'message_accepted'> | FrameOf<'error'>> {
      const id = 'message_id' in frame ? frame.message_id : crypto.randomUUID()
      const before = frames.length
      socket.send(JSON.stringify({ type: 'send_message', message_id: id, text: '', images: [], documents: [], ...frame }))
      const answer = () => frames.slice(before).find((reply): reply is FrameOf<'message_accepted'> | FrameOf<'error'> =>
        (reply.type === 'message_accepted' || reply.type === 'error') && reply.message_id === id)
      await expect.poll(answer, { message: 'no answer came', interval: 5 }).toBeDefined()
      return answer()!
    },

    /** Sends a message that must be accepted. */
    async ask(frame: object): Promise<Message> {
      const answer = await this.say(frame)
      if (answer.type === 'error')
        throw new Error(`refused: ${answer.problem.detail}`)
      return answer.message
    },

    /** The agent's whole message, once it has ended. */
    async answerTo(message: Message): Promise<Message> {
      return (await heard('message_completed', frame => frame.message.replyTo === message.id)).message
    },
  }
}
