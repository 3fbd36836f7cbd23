import { closeSync, openSync, readSync } from 'node:fs'

/** Of the log's own header, and before each page in it; bytes. */
const HEADER = 32
const FRAME_HEADER = 24
const MAGIC = 0x377F0682
const DEFAULT_PAGE = 4096

export interface WalFrames {
  /** Frames from the first on that SQLite will read. */
  sound: number
  /** Changes that were complete once, and that SQLite will leave out without a word, because something before them is damaged. */
  lostCommits: number
  /** Tells this log from the one before it: 8 bytes. */
  salts: Buffer
}

interface Frame {
  salts: Buffer
  isCommit: boolean
  stored: Sum
  /** What the checksum has to be if the frame before has that one. */
  sumAfter(before: Sum): Sum
}

type Sum = readonly [number, number]

/**
 * Walks a write-ahead log as SQLite does (sqlite.org/walformat.html), and goes on where SQLite stops: a frame whose
 * checksum goes on from the one before belongs to this log, also behind one that is damaged. What older logs left
 * behind has other salts.
 * @param file that is there
 */
export function readWalFrames(file: string): WalFrames {
  const handle = openSync(file, 'r')
  try {
    const header = readAt(handle, 0, HEADER)
    return header ? walk(handle, header) : { sound: 0, lostCommits: 0, salts: Buffer.alloc(8) }
  }
  finally {
    closeSync(handle)
  }
}

/** Of a beginning that is damaged nothing is believed but what the frames themselves show. */
function readHeader(header: Buffer) {
  const magic = header.readUInt32BE(0)
  const isBig = magic === MAGIC + 1
  const stored: Sum = [header.readUInt32BE(24), header.readUInt32BE(28)]
  const isSound = (magic === MAGIC || isBig) && isSame(sum(header.subarray(0, 24), [0, 0], isBig), stored)
  return { isBig, stored, isSound, pageBytes: isSound ? header.readUInt32BE(8) : DEFAULT_PAGE, salts: isSound ? header.subarray(16, 24) : undefined }
}

function walk(handle: number, bytes: Buffer): WalFrames {
  const header = readHeader(bytes)
  let { salts, stored: before, isSound: isWhole } = header
  let sound = 0
  let lostCommits = 0

  for (const frame of readFrames(handle, header)) {
    salts ??= frame.salts
    const isNext = frame.salts.equals(salts) && isSame(frame.sumAfter(before), frame.stored)
    isWhole &&= isNext
    if (isWhole)
      sound++
    else if (isNext && frame.isCommit)
      lostCommits++
    before = frame.stored
  }
  return { sound, lostCommits, salts: salts ?? Buffer.alloc(8) }
}

function* readFrames(handle: number, { pageBytes, isBig }: { pageBytes: number, isBig: boolean }) {
  let index = 0
  for (let frame = readFrame(handle, index, pageBytes, isBig); frame; frame = readFrame(handle, index, pageBytes, isBig)) {
    yield frame
    index++
  }
}

function readFrame(handle: number, index: number, pageBytes: number, isBig: boolean): Frame | undefined {
  const bytes = readAt(handle, HEADER + index * (FRAME_HEADER + pageBytes), FRAME_HEADER + pageBytes)
  return bytes && {
    salts: bytes.subarray(8, 16),
    isCommit: bytes.readUInt32BE(4) > 0,
    stored: [bytes.readUInt32BE(16), bytes.readUInt32BE(20)],
    sumAfter: before => sum(bytes.subarray(FRAME_HEADER), sum(bytes.subarray(0, 8), before, isBig), isBig),
  }
}

function sum(bytes: Buffer, [first, second]: Sum, isBig: boolean): Sum {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let i = 0; i < bytes.length; i += 8) {
    first = (first + words.getUint32(i, !isBig) + second) >>> 0
    second = (second + words.getUint32(i + 4, !isBig) + first) >>> 0
  }
  return [first, second]
}

const isSame = (a: Sum, b: Sum) => a[0] === b[0] && a[1] === b[1]

/** Undefined where the file does not have as much. */
function readAt(handle: number, position: number, bytes: number): Buffer | undefined {
  const buffer = Buffer.alloc(bytes)
  return readSync(handle, buffer, 0, bytes, position) === bytes ? buffer : undefined
}
