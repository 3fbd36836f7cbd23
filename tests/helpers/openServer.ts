import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import type { ClientOptions } from 'ws'
import { loopbackAgent } from '../../src/server/agents/loopback/loopback.ts'
import { readApiKeys } from '../../src/server/accounts/apiKeys.ts'
import { buildApp, type AppOptions } from '../../src/server/app.ts'
import { createImageDecoder, type ImageDecoder } from '../../src/server/inspection/decoders/images.ts'
import { createPdfInspector, type PdfInspector } from '../../src/server/inspection/pdf.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { MessagesPage } from '../../src/shared/protocol/rest.ts'
import type { Session } from '../../src/shared/protocol/session.ts'
import { connect } from './connect.ts'
import { databaseUrlOf, readRows } from './databases.ts'
import { storedBlobs } from './storedBlobs.ts'

/** A folder that is gone after the test. */
export async function temporaryFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'satchel-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** One for all servers of a file: its thread takes a while to start from the sources. */
const images: ImageDecoder = { ...createImageDecoder(), close: async () => undefined }
const pdfs: PdfInspector = { ...createPdfInspector(), close: async () => undefined }

/** Two people of one tenant and one of another; what is shown as `Authorization`. */
export const ANN = 'key-of-ann-0000000'
export const ABE = 'key-of-abe-0000000'
export const ZOE = 'key-of-zoe-0000000'
export const TWO_TENANTS = readApiKeys(`${ANN}:acme:ann,${ABE}:acme:abe,${ZOE}:zoo:zoe`, true)

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

/** A real server on a real port with a real disk, closed after the test. */
export async function openServer({ port = 0, ...options }: Partial<AppOptions> & { port?: number } = {}) {
  const dataFolder = options.dataFolder ?? await temporaryFolder()
  const app = await buildApp({ agent: loopbackAgent, pdfs, images, databaseUrl: await databaseUrlOf(dataFolder), ...options, dataFolder })
  const url = await app.listen({ host: '127.0.0.1', port })
  onTestFinished(() => app.close())

  /** Whoever holds `key`, for all that follows. */
  let headers: Record<string, string> = {}
  const request = (address: string, init?: RequestInit) => fetch(url + address, { ...init, headers: { ...headers, ...init?.headers as Record<string, string> } })
  const json = async <Body>(address: string) => await (await request(address)).json() as Body

  return {
    app,
    url,
    dataFolder,
    request,
    json,
    /** From now on requests and sockets show this key. */
    as(key: string) {
      headers = bearer(key)
    },
    close: () => app.close(),

    async connect(socketOptions?: ClientOptions) {
      const connection = await connect(url, { headers, ...socketOptions })
      onTestFinished(() => connection.socket.terminate())
      return connection
    },

    async messages(sessionId: string): Promise<Message[]> {
      return (await json<MessagesPage>(`/api/sessions/${sessionId}/messages?limit=100`)).messages
    },

    async sessions(): Promise<Session[]> {
      return (await json<{ sessions: Session[] }>('/api/sessions')).sessions
    },

    /** The rows as they lie in the database. */
    rows: (table: 'sessions' | 'messages' | 'attachments' | 'sign_ins' | 'uploads' | 'deletions' | 'transcript_entries' | 'removed_keys') => readRows(dataFolder, table),

    /** Everything in the folder of attachments, unfinished files too. */
    blobs: () => storedBlobs(dataFolder),
  }
}
