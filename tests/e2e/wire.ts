import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export type Wire = Awaited<ReturnType<typeof layWire>>

/** A wire to a server that can be cut, held and made slow: what happens on it, happens to real bytes. */
export async function layWire(serverUrl: string) {
  const target = new URL(serverUrl)
  const pairs = new Set<[browser: Socket, server: Socket]>()
  let cutAfter: number | undefined
  let held = false
  let slow = false
  let latency = 0
  let cuts = 0

  const wire = createServer((browser) => {
    const server = connect(Number(target.port), target.hostname)
    const pair: [Socket, Socket] = [browser, server]
    let sent = 0
    pairs.add(pair)
    for (const end of pair) {
      end.on('error', () => undefined) // told by its close
      end.on('close', () => {
        pairs.delete(pair)
        pair.forEach(other => other.destroy())
      })
    }
    browser.on('data', (bytes) => {
      sent += bytes.length
      if (cutAfter !== undefined && sent > cutAfter) {
        cutAfter = undefined
        cuts++
        browser.destroy()
        return
      }
      if (held)
        return
      browser.pause()
      const pass = () => server.write(bytes, () => slow ? setTimeout(() => browser.resume(), 30) : browser.resume())
      later(pass)
    })
    server.on('data', bytes => held || later(() => browser.write(bytes)))
  })
  const later = (pass: () => void) => latency ? setTimeout(pass, latency) : pass()
  wire.listen(0, '127.0.0.1')
  await once(wire, 'listening')

  return {
    url: `http://127.0.0.1:${(wire.address() as AddressInfo).port}`,
    /** Once, in the middle of whatever is larger than this. */
    cutAfter: (bytes: number) => { cutAfter = bytes },
    cuts: () => cuts,
    /** Nothing comes through in either direction, and nobody is told: a half-open line. What came meanwhile is lost. */
    hold: () => { held = true },
    /** New lines come through again. The old ones stay as dead as they are. */
    release() {
      held = false
    },
    /** Milliseconds that everything takes on its way, in each direction. */
    delay: (milliseconds: number) => { latency = milliseconds },
    /** About 2 MB in a second. */
    slow: (is: boolean) => { slow = is },
    async close() {
      pairs.forEach(pair => pair.forEach(end => end.destroy()))
      wire.close()
      await once(wire, 'close')
    },
  }
}
