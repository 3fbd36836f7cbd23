import { describeLoad, describeMachine } from '../machine.ts'
import { readOptions } from '../options.ts'
import { formatTable, type Row } from '../table.ts'
import { history } from './history.ts'
import { searching } from './searching.ts'
import { sending } from './sending.ts'
import { sockets } from './sockets.ts'
import { longConversation } from './longConversation.ts'
import { turns } from './turns.ts'
import { uploading, uploadMemory } from './uploading.ts'

// Prints what the server does in a second and holds in memory, beside a bare route that puts the same form on the disk.

const WORKS = { uploading, uploadMemory, sending, history, searching, sockets, turns, longConversation }

const { runs, only = '' } = readOptions()
console.log(`${describeMachine()}\nmedians of ${runs} runs (smallest..largest)`)
const rows: Row[] = []
for (const [name, measure] of Object.entries(WORKS)) {
  if (!name.includes(only))
    continue
  process.stderr.write(`${name} `)
  rows.push(...await measure(runs))
  process.stderr.write('\n')
}
console.log(`${formatTable(rows)}\n${describeLoad()}`)
