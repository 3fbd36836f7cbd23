import { setTimeout as pause } from 'node:timers/promises'
import { writeBatch, type IndexBatch, type NewPiece } from './indexing.ts'
import { piecesOf } from './documents.ts'
import { putOff, takeDue, takeFill, type DueSource } from './queue.ts'
import { readSource, type Source, type SourceDeps } from './sources.ts'

/** Characters that are indexed in one transaction: some milliseconds, in which nobody else writes. */
const CHARS_AT_ONCE = 32_768
/** Milliseconds between two looks whether something changed. */
const LOOK_MS = 1000
/** Of the time that it works, so much it rests while it adds what was there before: others come first. */
const REST = 1
/** Milliseconds between two transactions; as long as the one before took, where that was less. */
const LONGEST_REST_MS = 100
/** Milliseconds after a failure. */
const RETRY_MS = 30_000

/** What a piece costs besides its characters, in characters. */
const PIECE_COST = 200

const emptyBatch = (): IndexBatch => ({ clear: [], add: [], done: [] })

/**
 * Brings what changed into the index, in the background and in small steps. What is to be done stands in the
 * database, so a stop in the middle costs nothing; what cannot be done now is tried again.
 *
 * @param rests whether others come first; nobody else is there where an index is made beforehand
 */
export function createSearchIndexer(deps: SourceDeps, rests = true) {
  const { database, log } = deps
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let working: Promise<void> | undefined

  /** What was read waits here until it is worth a transaction. */
  let batch = emptyBatch()
  let chars = 0

  function drop() {
    batch = emptyBatch()
    chars = 0
  }

  async function flush() {
    const full = batch
    drop()
    const begun = performance.now()
    await writeBatch(database, full)
    await pause(rests ? Math.min(performance.now() - begun, LONGEST_REST_MS) : 0) // others come first, and what they write waits for this
  }

  async function add(piece: NewPiece) {
    batch.add.push(piece)
    chars += piece.piece.text.length + PIECE_COST
    if (chars >= CHARS_AT_ONCE)
      await flush()
  }

  async function addSource(source: Source, place: 'above' | 'below') {
    for (const { kind, text } of await readSource(deps, source)) {
      for (const piece of piecesOf(kind, source.id, text)) {
        if (stopped)
          return
        await add({ source, piece, place })
      }
    }
  }

  async function addDue(due: DueSource) {
    try {
      batch.clear.push(due)
      await addSource(due, 'above')
    }
    catch (error) {
      if (stopped)
        return
      log.warn(error, 'something is not searched yet; this is tried again')
      return putOff(database, due)
    }
    if (!stopped)
      batch.done.push(due)
  }

  async function addChanges() {
    for (let due = await takeDue(database); due.length && !stopped; due = await takeDue(database)) {
      for (const source of due) {
        if (!stopped)
          await addDue(source)
      }
      await flush()
    }
  }

  /** @returns whether all is added */
  async function addFromBefore(): Promise<boolean> {
    const rows = await takeFill(database)
    if (!rows)
      return true
    for (const source of rows.sources)
      await addSource(source, 'below').catch(error => log.warn(error, 'an older file is not searched'))
    if (!stopped) {
      batch.filled = { kind: rows.kind, below: rows.below }
      await flush()
    }
    return false
  }

  async function work(): Promise<void> {
    try {
      await addChanges()
    }
    catch (error) {
      drop()
      if (!stopped)
        log.warn(error, 'what changed is not searched yet; this is tried again')
    }
  }

  /** One after the other: a step is written by whoever reads it. */
  const catchUp = (): Promise<void> => working ??= work().finally(() => { working = undefined })

  async function fill() {
    for (let isFilled = false; !isFilled && !stopped;) {
      const begun = performance.now()
      await catchUp()
      const adding = addFromBefore().catch((error: unknown) => {
        if (!stopped)
          log.warn(error, 'what was there before is not searched as a whole; this is tried again')
        return undefined
      })
      working = adding.then(() => { working = undefined })
      const all = await adding
      isFilled = all === true
      await pause(all === undefined ? RETRY_MS : (performance.now() - begun) * (rests ? REST : 0), undefined, { ref: false })
    }
  }

  return {
    start() {
      timer = setInterval(() => void catchUp(), LOOK_MS).unref()
      void fill()
    },

    /** Resolves when what has changed until now is found, or the time is over. @param milliseconds how long to wait */
    async catchUp(milliseconds: number): Promise<void> {
      const done = Promise.resolve(working).then(catchUp) // what is under way may be older than what changed
      await Promise.race([done, pause(milliseconds, undefined, { ref: false })])
    },

    async stop(): Promise<void> {
      stopped = true
      clearInterval(timer)
      await working
    },
  }
}
