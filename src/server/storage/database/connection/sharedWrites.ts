import { CompiledQuery } from 'kysely'
import { onWhoseBehalf } from '../../../identity/onBehalf.ts'
import { createFairLine } from './fairLine.ts'
import type { PatientRun } from './patience.ts'

/** Milliseconds in which one writes after the other, and nothing else happens: those who share a commit wait no longer for others. */
const LONGEST_MS = 20

interface Group { done: Promise<void>, resolve: () => void, reject: (error: unknown) => void }

export type SharedWrites = ReturnType<typeof createSharedWrites>

/**
 * One writer after the other, each tenant in its turn. Transactions that wait behind each other share one commit, as
 * savepoints in it: the disk is waited for once, and each is told when it has it.
 */
export function createSharedWrites(run: PatientRun, isOpen: () => boolean) {
  const waiting = createFairLine<() => void>()
  let begun = 0
  let isTaken = false
  let group: Group | undefined

  const say = (sql: string) => run(CompiledQuery.raw(sql))

  async function finish() {
    if (!group)
      return
    const { resolve, reject } = group
    try {
      await say('commit')
      resolve()
    }
    catch (error) {
      if (isOpen())
        await say('rollback').catch(() => undefined)
      reject(error)
    }
    group = undefined
  }

  function goOn() {
    begun = performance.now()
    waiting.next()?.()
  }

  /** Whoever is the last commits for all. No transaction is open while other things have their turn. */
  async function leave() {
    const isLong = performance.now() - begun > LONGEST_MS
    if (!waiting.length || isLong)
      await finish()
    if (!waiting.length)
      isTaken = false
    else if (isLong)
      setImmediate(goOn)
    else
      waiting.next()?.()
  }

  return {
    /**
     * Resolves when it is its turn, not before all that has come is heard: who else wants to write shares the commit.
     * Must be followed by `keep`, `undo` or `leave`, once.
     */
    take: () => new Promise<void>((resolve) => {
      waiting.add(onWhoseBehalf(), resolve)
      if (!isTaken)
        setImmediate(goOn)
      isTaken = true
    }),

    leave,

    /** Commits what waits for it: what comes now is said outside of all transactions. */
    finish,

    /** Begins a transaction. With the right to write, so that it waits before it begins, and not in its middle. */
    async begin() {
      if (!group) {
        await say('begin immediate')
        group = createGroup()
      }
      await say('savepoint one')
    },

    /** Ends it, and resolves when it is on the disk. Who comes next is let in before that. @param onLeft called then */
    async keep(onLeft: () => void) {
      await say('release one')
      onLeft()
      const done = group?.done
      await leave()
      await done
    },

    async undo() {
      if (group && isOpen()) {
        await say('rollback to one')
        await say('release one')
      }
      await leave()
    },

    /** SQLite has ended the transaction by itself, as it does on a full disk, with all that shared it. */
    lose(error: unknown) {
      group?.reject(error)
      group = undefined
    },
  }
}

function createGroup(): Group {
  let [resolve, reject]: [() => void, (error: unknown) => void] = [() => {}, () => {}]
  const done = new Promise<void>((...settle) => { [resolve, reject] = settle })
  done.catch(() => undefined) // told to whoever is a member; there may be none
  return { done, resolve, reject }
}
