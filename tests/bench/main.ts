import { attaching, reloading } from './attaching.ts'
import { openBench } from './bench.ts'
import { growing, longLists } from './longLists.ts'
import { loading } from './loading.ts'
import { describeLoad, describeMachine } from './machine.ts'
import { readOptions } from './options.ts'
import { sending } from './sending.ts'
import { formatTable, type Row } from './table.ts'
import { typing } from './typing.ts'

// Prints how long the app takes for what people wait for, beside a floor: a page that does only the browser's own part.
// It judges nothing else: figures depend on the machine and on what else it does.

const WORKS = { attaching, reloading, sending, typing, longLists, growing, loading }

const { runs, only = '' } = readOptions()
const bench = await openBench(runs)
try {
  console.log(describeMachine(bench.version))
  console.log(`medians of ${runs} runs (smallest..largest)`)
  const rows: Row[] = []
  for (const [name, measure] of Object.entries(WORKS)) {
    if (!name.startsWith(only))
      continue
    process.stderr.write(`${name} `)
    rows.push(...await measure(bench))
    process.stderr.write('\n')
  }
  console.log(`${formatTable(rows)}\n${describeLoad()}`)
}
finally {
  await bench.close()
}
