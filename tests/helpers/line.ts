import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A way to a server that can be cut, or on which nothing moves any more. */
export async function openLine(url: string) {
  const { hostname, port } = new URL(url)
  const ways = new Set<readonly [from: Socket, to: Socket]>()
  const far = new WeakSet<Socket>()
  /** Far ends whose near ones are gone. */
  const stranded = new Set<Socket>()
  let state: 'up' | 'cut' | 'frozen' = 'up'
  const line = createServer((socket) => {
    if (state === 'cut')
      return socket.destroy()
    const other = connect(Number(port), hostname)
    far.add(other)
    for (const way of [[socket, other], [other, socket]] as const) {
      const [from, to] = way
      ways.add(way)
      from.on('error', () => to.destroy()).on('close', () => {
        if (!stranded.has(to))
          to.destroy()
        ways.delete(way)
      })
      if (state === 'up')
        from.pipe(to)
    }
  })
  onTestFinished(() => stranded.forEach(socket => socket.destroy()))
  await new Promise<void>(resolve => line.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void line.close())
  const through = new URL(url)
  through.port = String((line.address() as AddressInfo).port)
  return {
    endpoint: `http://127.0.0.1:${through.port}`,
    /** The same address, by way of the line. */
    url: through.href,
    /** Both ends notice. */
    cut() {
      state = 'cut'
      ways.forEach(([from]) => from.destroy())
    },
    /** The near end notices, the far one does not; another way can be had at once. */
    strand() {
      for (const [from, to] of ways) {
        if (far.has(to)) {
          stranded.add(to)
          from.unpipe(to).destroy()
        }
      }
    },
    /** Nothing gets through, and neither end notices. */
    freeze() {
      state = 'frozen'
      ways.forEach(([from, to]) => from.unpipe(to).pause())
    },
    /** What was on its way when it froze arrives now. */
    mend() {
      if (state === 'frozen')
        ways.forEach(([from, to]) => from.pipe(to))
      state = 'up'
    },
  }
}
