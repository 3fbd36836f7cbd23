import type { FastifyBaseLogger } from 'fastify'
import { PDF_TYPE } from '../../shared/attachments.ts'
import { unlessMissing } from '../errors/missing.ts'
import type { PdfInspector } from '../inspection/pdf.ts'
import type { BlobStore } from '../storage/blobs/blobStore.ts'
import type { AttachmentRow, Database } from '../storage/database/database.ts'
import type { SearchTables } from '../storage/database/tables/searchTables.ts'
import type { DocumentKind } from './documents.ts'

export type SourceKind = SearchTables['search_queue']['kind']

export interface Source { kind: SourceKind, tenant: string, id: string }

/** Texts of which a source consists. */
export interface SourceText { kind: DocumentKind, text: string }

/** Which documents are a source's. */
export const KINDS = { session: ['title'], message: ['message'], attachment: ['filename', 'file'] } as const satisfies Record<SourceKind, readonly DocumentKind[]>

/** Characters of a file that are searched. */
const FILE_CHARS = 262_144
/** Bytes of a text file that are read for it: no character takes more than four. */
const FILE_BYTES = 4 * FILE_CHARS

export interface SourceDeps { database: Database, blobs: BlobStore, pdfs: Pick<PdfInspector, 'text'>, log: FastifyBaseLogger }

/** What is to be searched of it; nothing where it is gone. @throws where the bytes of a file cannot be read now */
export async function readSource(deps: SourceDeps, { kind, tenant, id }: Source): Promise<SourceText[]> {
  const { database } = deps
  if (kind === 'session') {
    const row = await database.selectFrom('sessions').select('title').where('tenant_id', '=', tenant).where('id', '=', id).executeTakeFirst()
    return row?.title ? [{ kind: 'title', text: row.title }] : []
  }
  if (kind === 'message') {
    const row = await database.selectFrom('messages').select('text').where('id', '=', id).executeTakeFirst()
    return row?.text ? [{ kind: 'message', text: row.text }] : []
  }
  const row = await database.selectFrom('attachments').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? [{ kind: 'file', text: (await textOfFile(deps, row)).slice(0, FILE_CHARS) }, { kind: 'filename', text: row.filename }].filter((source): source is SourceText => source.text !== '') : []
}

/** Empty where the file is not there any more, too. */
async function textOfFile({ blobs, pdfs }: SourceDeps, { mime_type, storage_path, tenant_id }: AttachmentRow): Promise<string> {
  if (mime_type === PDF_TYPE) {
    const bytes = await unlessMissing(blobs.read(storage_path))
    return bytes ? pdfs.text(bytes, tenant_id) : ''
  }
  if (!mime_type.startsWith('text/'))
    return ''
  return new TextDecoder().decode(await unlessMissing(beginningOf(blobs, storage_path)))
}

async function beginningOf(blobs: BlobStore, key: string): Promise<Buffer> {
  const size = (await blobs.head(key))?.size ?? 0
  if (size <= FILE_BYTES)
    return blobs.read(key)
  const pieces: Buffer[] = []
  for await (const piece of await blobs.stream(key, { start: 0, end: FILE_BYTES - 1 }))
    pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}
