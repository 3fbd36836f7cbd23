import { readOptions } from './options.ts'
import { openTorture } from './torture.ts'

// Kills browser and server again and again while somebody writes, attaches and sends, and looks each time whether
// everything that was shown as saved is still there, everything sent is on the server once, and nothing lies about.

/** Of what was done, as much as is printed where something broke. */
const LAST_LINES = 60
/** What a run of so many minutes must have tried, or it has shown nothing of turns; on a busy machine it goes on until then. */
const ENOUGH = { minutes: 2, questions: 12, made: 12, browserKillsInTurns: 1, serverKillsInTurns: 1 }
/** Times as long as was asked for, at most. */
const MOST = 4

const { rounds, minutes = Infinity, seed } = readOptions()
console.log(`seed ${seed}`)
const lines: string[] = []
const verbose = process.env.TORTURE_LOG !== undefined
const log = (line: string) => {
  lines.push(line)
  if (verbose)
    console.log(line)
}
const begun = performance.now()
const end = begun + minutes * 60_000
const torture = await openTorture({ seed, log })
const { counts, kills } = torture

const tooLittle = () => minutes < ENOUGH.minutes || !Number.isFinite(minutes)
  ? []
  : (['questions', 'made', 'browserKillsInTurns', 'serverKillsInTurns'] as const).filter(name => counts[name] < ENOUGH[name])
/** Counted whenever all is well. */
const mustGoOn = () => tooLittle().length > 0 && performance.now() < begun + MOST * minutes * 60_000

try {
  while (counts.rounds < rounds && (performance.now() < end || mustGoOn()))
    await torture.round()
  await torture.finish()
  if (tooLittle().length)
    throw new Error(`this run has tried too little of ${tooLittle().join(', ')}: ${JSON.stringify(counts)}`)
}
catch (error) {
  console.error(`${lines.slice(-LAST_LINES).join('\n')}\n${(error as Error).stack}`)
  process.exitCode = 1
}
finally {
  await torture.close()
}
const sum = kills.browser + kills.server
console.log(`${process.exitCode ? 'BROKEN' : 'nothing lost, nothing doubled'}: seed ${seed}, ${counts.rounds} rounds, ${sum} kills (${kills.browser} browser, ${kills.server} server), ${counts.actions} actions (${counts.missed} missed), ${counts.unprepared} files found unprepared after a kill, ${counts.messages} messages, ${counts.questions} questions and permissions, ${counts.answers} answered, ${counts.made} files made, ${counts.browserKillsInTurns} kills of the browser and ${counts.serverKillsInTurns} of the server while a turn ran`)
