import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A way to a server that can be cut. */
export async function openLine(url: string) {
  const { hostname, port } = new URL(url)
  const open = new Set<Socket>()
  let isCut = false
  const line = createServer((socket) => {
    if (isCut)
      return socket.destroy()
    const other = connect(Number(port), hostname)
    for (const [from, to] of [[socket, other], [other, socket]] as const) {
      open.add(from)
      from.on('error', () => to.destroy()).on('close', () => to.destroy()).pipe(to)
    }
  })
  await new Promise<void>(resolve => line.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void line.close())
  return {
    endpoint: `http://127.0.0.1:${(line.address() as AddressInfo).port}`,
    port: String((line.address() as AddressInfo).port),
    cut() {
      isCut = true
      open.forEach(socket => socket.destroy())
    },
    mend() {
      isCut = false
    },
  }
}
