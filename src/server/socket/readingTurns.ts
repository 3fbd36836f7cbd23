import type { EventEmitter } from 'node:events'
import { createRests, type Pausable, type Rests } from './rests.ts'

/** Bytes that one account's sockets are read of in one turn of the event loop. */
const AT_ONCE = 512 * 1024
/** Sockets of those that wait which go on in the next one. */
const SOCKETS_AT_ONCE = 4

const REASON = 'others have their turn'

interface Reading { bytes: number, waiting: Set<Rests> }

/**
 * What lies ready on hundreds of sockets is not read in one go: that would be seconds in which nobody else is answered.
 * Where an account has sent much in one turn of the event loop, its sockets go on one after the other.
 */
export function createReadingTurns() {
  const readings = new Map<string, Reading>()

  function begin(key: string): Reading {
    const reading: Reading = { bytes: 0, waiting: new Set() }
    readings.set(key, reading)
    setImmediate(goOn, key, reading)
    return reading
  }

  function goOn(key: string, reading: Reading) {
    reading.bytes = 0
    for (const rests of [...reading.waiting].slice(0, SOCKETS_AT_ONCE)) {
      reading.waiting.delete(rests)
      rests.end(REASON)
    }
    if (reading.waiting.size)
      setImmediate(goOn, key, reading)
    else
      readings.delete(key)
  }

  /** @param key of its account */
  return function readInTurn(socket: Pausable, raw: EventEmitter, key: string): Rests {
    const rests = createRests(socket)
    raw.on('data', (piece: Buffer) => {
      const reading = readings.get(key) ?? begin(key)
      reading.bytes += piece.length
      if (reading.bytes < AT_ONCE)
        return
      reading.waiting.add(rests)
      rests.begin(REASON)
    })
    raw.once('close', () => readings.get(key)?.waiting.delete(rests))
    return rests
  }
}
