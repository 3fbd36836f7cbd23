import type { Limits } from '../shared/attachments.ts'
import type { ApiKey } from './accounts/apiKeys.ts'
import type { KeysFile } from './accounts/keysFile.ts'
import type { Agent } from './agents/agent.ts'
import type { ServerLimits } from './config/serverLimits.ts'
import type { ImageDecoder } from './inspection/decoders/images.ts'
import type { PdfInspector } from './inspection/pdf.ts'
import type { BlobAddress } from './storage/blobs/blobAddress.ts'
import type { BlobStore } from './storage/blobs/blobStore.ts'
import type { DamagedLog } from './storage/soundness/damagedLog.ts'

export interface ServiceOptions {
  /** For the database, the attachments and the workspaces; made if it is not there. */
  dataFolder: string
  agent: Agent
  /** What it tells clients, and refuses beyond. */
  limits?: Limits
  /** Who may use it; without any everybody who reaches it. */
  apiKeys?: readonly ApiKey[]
  /** Where they come from, if they are read again when it changes. */
  keysFile?: KeysFile
  /** What accounts and tenants may take of the server at a time; the defaults for what is not given. */
  serverLimits?: Partial<ServerLimits>
  /** Bytes of attachments and uploads of one tenant; without one there is no limit. */
  quotaBytes?: number
  /** Whether to start where the newest changes in the database cannot be read any more. */
  damagedLog?: DamagedLog
  /** `postgres://...`, never to be logged: where the rows are; the data folder where nothing is said. */
  databaseUrl?: string
  /** `many`: other servers use that database, too, and the same store of attachments. */
  machines?: 'one' | 'many'
  /** What signs links, never to be logged; one is made where nothing is said. */
  linkSecret?: string
  /** Where attachments are; the data folder where nothing else is said. */
  blobStore?: BlobAddress
  /** Instead of one that is opened here. */
  blobs?: BlobStore
  /** Says a sentence to whoever starts the server; into the log where nothing else is said. */
  tell?: (sentence: string) => void
  /** Instead of one of its own. */
  pdfs?: PdfInspector
  images?: ImageDecoder
}
