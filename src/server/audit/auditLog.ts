import type { FastifyBaseLogger } from 'fastify'
import { appendFile, rename, stat } from 'node:fs/promises'
import { unlessMissing } from '../errors/missing.ts'
import { createRefusals } from './refusals.ts'

/** Bytes of one file, and older files that are kept: audit.log.1 is the newest of them. */
const FILE_BYTES = 10 * 1024 * 1024
const OLDER = 5

/** What is written down of who did what. Never keys, never contents, never names of files. */
export interface AuditEntry {
  event: 'signed_in' | 'signed_out' | 'signed_out_everywhere' | 'refused' | 'session_deleted' | 'turn_deleted' | 'attachment_deleted' | 'link_made' | 'share_made' | 'share_revoked'
  /** As the proxy that is believed says, or the connection. */
  address?: string
  tenant?: string
  user?: string
  /** Of a session or an attachment. */
  id?: string
  /** Of a refusal. */
  status?: number
  code?: string
  route?: string
  requestId?: string
}

export type Audit = ReturnType<typeof openAuditLog>

/** One JSON a line, appended in the order of what happened. */
export function openAuditLog(file: string, log: Pick<FastifyBaseLogger, 'warn'>, { fileBytes = FILE_BYTES } = {}) {
  let waiting: string[] = []
  let writing: Promise<void> | undefined
  const refusals = createRefusals(push)

  function push(entry: object) {
    waiting.push(`${escaped(JSON.stringify({ time: new Date().toISOString(), ...entry }))}\n`)
    writing ??= writeAll().finally(() => { writing = undefined })
  }

  async function writeAll() {
    while (waiting.length) {
      const lines = waiting.join('')
      waiting = []
      try {
        await rotate(file, fileBytes)
        await appendFile(file, lines, { mode: 0o600 })
      }
      catch (error) {
        log.warn(error, 'what happened was not written to the audit log')
      }
    }
  }

  return {
    write(entry: AuditEntry) {
      if (entry.event !== 'refused' || !refusals.isOneTooMany(entry))
        push(entry)
    },
    /** Resolves when everything is written. */
    async close() {
      refusals.endMinute()
      await writing
    },
  }
}

/** JSON escapes the older control characters; a terminal also obeys the newer ones, and some readers break lines at others. */
const escaped = (json: string) => json.replace(/[\u007F-\u009F\u2028-\u202E\u2066-\u2069\u200E\u200F\u061C]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

async function rotate(file: string, fileBytes: number) {
  const size = await stat(file).then(facts => facts.size, () => 0)
  if (size < fileBytes)
    return
  for (let i = OLDER; i > 0; i--)
    await unlessMissing(rename(i === 1 ? file : `${file}.${i - 1}`, `${file}.${i}`))
}
