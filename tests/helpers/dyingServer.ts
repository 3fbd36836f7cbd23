import BetterSqlite from 'better-sqlite3'
import path from 'node:path'
import { buildApp } from '../../src/server/app.ts'
import type { Agent } from '../../src/server/agents/agent.ts'
import type { BlobStore } from '../../src/server/storage/blobs/blobStore.ts'
import { openBlobStore } from '../../src/server/storage/blobs/openBlobStore.ts'

// A real server as a process of its own, that a power cut ends at one step of accepting a message.
// Run with DATA_DIR and STEP.

const { DATA_DIR, STEP } = process.env as { DATA_DIR: string, STEP: string }

function reach(step: string) {
  if (step === STEP)
    process.kill(process.pid, 'SIGKILL')
}

let rowsWritten = false
const prepare = BetterSqlite.prototype.prepare
let committing = false
BetterSqlite.prototype.prepare = function (this: BetterSqlite.Database, source: string) {
  if (committing)
    reach('after the rows')
  if (/^insert into "messages"/.test(source))
    reach('before the message’s row')
  if (/^insert into "attachments"/.test(source)) {
    reach('before the attachments’ rows')
    rowsWritten = true
  }
  if (/^commit/.test(source) && rowsWritten) {
    reach('before the rows are committed')
    committing = true
  }
  return prepare.call(this, source)
} as typeof prepare

const disk = await openBlobStore({ kind: 'folder', folder: path.join(DATA_DIR, 'attachments') })
let puts = 0
const blobs = new Proxy(disk, {
  get(target, name: keyof BlobStore) {
    if (name !== 'put') {
      const value: unknown = target[name]
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value
    }
    return async (...args: Parameters<BlobStore['put']>) => {
      reach(`before file ${puts + 1}`)
      await target.put(...args)
      reach(`after file ${++puts}`)
    }
  },
})

const agent: Agent = {
  name: 'dying',
  description: 'A test answers.',
  async* run() {
    reach('before the agent')
    yield { type: 'delta', text: 'half an answer' } // taken, when it goes on here
    reach('in the answer')
  },
}

const app = await buildApp({ dataFolder: DATA_DIR, agent, blobs })
console.log(`Satchel is at ${await app.listen({ host: '127.0.0.1', port: 0 })}`)
