import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export type Line = Awaited<ReturnType<typeof openLine>>

/** What lies between the browser and the server, and can break as networks do. Its address stays the same. */
export async function openLine(server: string) {
  const target = Number(new URL(server).port)
  const pairs = new Set<Socket[]>()
  let state: 'up' | 'down' | 'frozen' = 'up'
  /** Bytes that still pass towards the server before everything is cut. */
  let left = Infinity

  const listener = createServer((near) => {
    if (state === 'down')
      return void near.destroy()
    const far = connect(target, '127.0.0.1')
    const pair = [near, far]
    pairs.add(pair)
    for (const [from, to] of [[near, far], [far, near]] as const) {
      from.on('error', () => from.destroy()) // the other end was killed: that is what happens here
      from.on('close', () => {
        to.destroy()
        pairs.delete(pair)
      })
      from.on('data', chunk => pass(chunk, from, to, from === near))
      if (state === 'frozen')
        from.pause()
    }
  })

  function pass(chunk: Buffer, from: Socket, to: Socket, upwards: boolean) {
    if (upwards) {
      left -= chunk.length
      if (left < 0) {
        to.end(chunk.subarray(0, chunk.length + left))
        return cut()
      }
    }
    if (!to.write(chunk)) {
      from.pause()
      to.once('drain', () => state !== 'frozen' && from.resume())
    }
  }

  function cut() {
    left = Infinity
    for (const [near] of pairs)
      near?.destroy()
  }

  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')

  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    isUp: () => state === 'up',
    /** Nothing gets through, and both sides notice. */
    break() {
      state = 'down'
      cut()
    },
    /** Nothing gets through, and nobody notices: half open. */
    freeze() {
      state = 'frozen'
      pairs.forEach(pair => pair.forEach(socket => socket.pause()))
    },
    /** What froze goes on, and what was on its way arrives. */
    thaw() {
      state = 'up'
      pairs.forEach(pair => pair.forEach(socket => socket.resume()))
    },
    /** After so many more bytes towards the server, in the middle of whatever they belong to, the connections end. */
    cutAfter(bytes: number) {
      left = bytes
    },
    /** New connections work. Frozen ones never come back. */
    mend() {
      if (state === 'frozen')
        cut()
      left = Infinity
      state = 'up'
    },
    async close() {
      cut()
      listener.close()
      await once(listener, 'close')
    },
  }
}
