import type { FastifyBaseLogger } from 'fastify'
import { appendFile, rename, stat } from 'node:fs/promises'
import { unlessMissing } from '../errors/missing.ts'

/** Bytes of one file, and older files that are kept: audit.log.1 is the newest of them. */
const FILE_BYTES = 10 * 1024 * 1024
const OLDER = 5
/** Refusals of one minute: who tries keys all day must not push everything else out. */
const REFUSALS = 300
const MINUTE_MS = 60_000

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
  let minute = { ends: 0, refusals: 0 }

  function isOneTooMany({ event }: AuditEntry): boolean {
    if (event !== 'refused')
      return false
    const now = Date.now()
    if (now >= minute.ends) {
      if (minute.refusals > REFUSALS)
        push({ event: 'refusals_left_out', count: minute.refusals - REFUSALS })
      minute = { ends: now + MINUTE_MS, refusals: 0 }
    }
    return ++minute.refusals > REFUSALS
  }

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
      if (!isOneTooMany(entry))
        push(entry)
    },
    /** Resolves when everything is written. */
    close: async () => await writing,
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
