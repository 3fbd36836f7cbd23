import { endianness } from 'node:os'
import { readFileSync } from 'node:fs'
import { errorCode } from '../../errors/problems.ts'

/** What the process that wrote last knew of the log; it outlives the process, but not the machine's start. */
export interface WalIndex {
  /** Frames that were complete. */
  frames: number
  /** Of them those that are in the database itself. */
  copied: number
  salts: Buffer
}

const VERSION = 3007000
const HEADER = 48

/** Undefined where there is none, or one that was being written. */
export function readWalIndex(file: string): WalIndex | undefined {
  const bytes = read(file)
  if (!bytes || bytes.length < 2 * HEADER + 4 || !bytes.subarray(0, HEADER).equals(bytes.subarray(HEADER, 2 * HEADER)))
    return undefined
  const number = (offset: number) => endianness() === 'LE' ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset)
  return number(0) === VERSION && bytes[12] === 1
    ? { frames: number(16), copied: number(2 * HEADER), salts: bytes.subarray(32, 40) }
    : undefined
}

function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  }
  catch (error) {
    if (errorCode(error) === 'ENOENT')
      return undefined
    throw error
  }
}
