import { onTestFinished } from 'vitest'
import { Line } from './connectedTab.ts'
import { far } from './far.ts'

/** As far away as another country is. A socket takes several ways to open, a page one there and back. */
const LATENCY_MS = 80
const REST_LATENCY_MS = 20

/** The way to the server and back takes a while; nothing overtakes anything. */
export class DistantLine extends Line {
  override emit(event: string | symbol, ...parameters: unknown[]): boolean {
    if (event === 'message')
      setTimeout(() => super.emit(event, ...parameters), LATENCY_MS)
    else
      return super.emit(event, ...parameters)
    return true
  }

  override send(data: Parameters<Line['send']>[0]) {
    setTimeout(() => this.readyState === this.OPEN && super.send(data), LATENCY_MS)
  }
}

/** For the rest of the test. */
export function distantRest() {
  const near = globalThis.fetch
  globalThis.fetch = async (...parameters) => {
    await far(REST_LATENCY_MS)
    const response = await near(...parameters)
    await far(REST_LATENCY_MS)
    return response
  }
  onTestFinished(() => { globalThis.fetch = near })
}
