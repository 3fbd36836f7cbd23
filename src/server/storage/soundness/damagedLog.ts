import type { FastifyBaseLogger } from 'fastify'
import { copyFileSync, existsSync, statSync } from 'node:fs'
import { uptime } from 'node:os'
import { DAMAGED_EXIT, StartError } from '../../errors/startError.ts'
import { readWalFrames, type WalFrames } from './walFrames.ts'
import { readWalIndex, type WalIndex } from './walIndex.ts'

/** What to do where the newest changes cannot be read any more: say so and stop, or go on without them. */
export type DamagedLog = 'stop' | 'drop'

/** Seconds by which the machine's start may look later than it was. */
const SLACK_S = 60

/**
 * SQLite leaves out what stands behind a damaged place of its log, without a word. Whoever opens the database would
 * write over it, so this must be called before.
 * @throws a StartError where something was lost, but for the end of what a power cut interrupted: of that nobody was told
 */
export function requireSoundLog(database: string, policy: DamagedLog, log: Pick<FastifyBaseLogger, 'warn'>) {
  const file = `${database}-wal`
  const isThere = existsSync(file)
  const frames: WalFrames = isThere ? readWalFrames(file) : { sound: 0, lostCommits: 0, salts: Buffer.alloc(8) }
  const lost = isThere ? lostOf(frames, indexOfThisRun(database)) : lostWithIt(indexOfThisRun(database))
  if (lost === 0)
    return
  const finding = `the log of the database, satchel.sqlite-wal in the data folder, is ${isThere ? 'damaged' : 'missing'}: what was saved last cannot be read any more`
  const copy = isThere ? keptBeside(file) : undefined
  if (policy === 'drop' || (isThere && isBeforeMachinesStart(file))) {
    if (copy)
      copyFileSync(file, copy)
    return log.warn({ sound: frames.sound, lost, copy }, `${finding}. The server goes on without it; the damaged log is kept as it was`)
  }
  throw new StartError(`${finding.replace('the', 'The')} (${frames.sound} of its frames are sound, and something is missing behind them). Nothing was changed. Put back the newest backup, as README says under "Back up and upgrade". To go on with what can still be read instead, start once with DAMAGED_LOG=drop: the damaged log is then kept beside the database.`, { exitCode: DAMAGED_EXIT })
}

/** How much is known to be lost: changes, or frames where only their number is known. */
function lostOf({ sound, lostCommits, salts }: WalFrames, index: WalIndex | undefined): number {
  const isOfThisLog = index?.salts.equals(salts) ?? false
  return lostCommits || (index && isOfThisLog ? Math.max(0, index.frames - sound) : 0)
}

const lostWithIt = (index: WalIndex | undefined) => index ? Math.max(0, index.frames - index.copied) : 0

/** One from before the machine started may be older or newer than the log beside it. */
function indexOfThisRun(database: string): WalIndex | undefined {
  const file = `${database}-shm`
  return existsSync(file) && !isBeforeMachinesStart(file) ? readWalIndex(file) : undefined
}

const isBeforeMachinesStart = (file: string) => statSync(file).mtimeMs < Date.now() - (uptime() + SLACK_S) * 1000

const keptBeside = (file: string) => `${file}.damaged-${new Date().toISOString().replaceAll(':', '-')}`
