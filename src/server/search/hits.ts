import { excerptOf } from '../../shared/search/excerpt.ts'
import { fold } from '../../shared/search/fold.ts'
import { holdsAll } from '../../shared/search/terms.ts'
import type { SearchHit } from '../../shared/protocol/search.ts'
import { UNTITLED } from '../../shared/titles.ts'
import { unindexed } from '../storage/database/dialects/unindexed.ts'
import type { Database } from '../storage/database/database.ts'
import { isNotDeleted } from '../storage/rows/deletedSessions.ts'
import { PIECE_CHARS, type DocumentKind } from './documents.ts'

interface Document { id: number, kind: DocumentKind, source_id: string, start: number, text: string | null }

/** Where a document stands, and what stands there. */
interface Place extends Omit<SearchHit, 'kind' | 'snippet' | 'ranges'> { text: string }

export interface FoundHit { id: number, hit: SearchHit }

/**
 * Of these documents those that hold all terms, in the order of the ids. The index promises only that they may: it
 * knows nothing of order. What is of another version of its conversation, or of a session that is being deleted, is left out.
 */
export async function readHits(database: Database, tenant: string, ids: readonly number[], terms: readonly string[]): Promise<FoundHit[]> {
  if (!ids.length)
    return []
  const documents = await database.selectFrom('search_documents').selectAll().where('id', 'in', ids).orderBy('id', 'desc').execute()
  const places = await readPlaces(database, tenant, documents)
  return documents.flatMap((document) => {
    const place = places.get(`${document.kind} ${document.source_id}`)
    return place ? hitOf(document, place, terms) : []
  })
}

function hitOf({ id, kind, start, text: own }: Document, { text: whole, ...place }: Place, terms: readonly string[]): FoundHit[] {
  const text = own ?? whole.slice(start, start + PIECE_CHARS)
  return holdsAll(fold(text), terms) ? [{ id, hit: { kind, ...place, ...excerptOf(text, terms, isMarkdown(kind, place)) } }] : []
}

/** The agent writes it, and so are some files; what a person has written is shown as it is. */
const isMarkdown = (kind: DocumentKind, { role, filename }: Pick<SearchHit, 'role' | 'filename'>): boolean =>
  kind === 'file' ? /\.(?:md|markdown)$/i.test(filename ?? '') : kind === 'message' && role === 'assistant'

async function readPlaces(database: Database, tenant: string, documents: readonly Document[]): Promise<Map<string, Place>> {
  const idsOf = (...kinds: DocumentKind[]) => [...new Set(documents.filter(({ kind }) => kinds.includes(kind)).map(({ source_id }) => source_id))]
  const places = new Map<string, Place>()
  for (const [id, place] of await readTitles(database, tenant, idsOf('title')))
    places.set(`title ${id}`, place)
  for (const [id, place] of await readMessages(database, tenant, idsOf('message')))
    places.set(`message ${id}`, place)
  for (const [id, place] of await readFiles(database, tenant, idsOf('filename', 'file'))) {
    places.set(`filename ${id}`, place)
    places.set(`file ${id}`, place)
  }
  return places
}

async function readTitles(database: Database, tenant: string, ids: readonly string[]): Promise<[string, Place][]> {
  if (!ids.length)
    return []
  const rows = await database.selectFrom('sessions').select(['id', 'title', 'updated_at'])
    .where('tenant_id', '=', tenant).where('id', 'in', ids).where(isNotDeleted)
    .execute()
  return rows.map(({ id, title, updated_at }) => [id, {
    sessionId: id, sessionTitle: title ?? UNTITLED, messageId: null, clientMessageId: null, sequence: null, role: null, attachmentId: null, filename: null, createdAt: updated_at, text: title ?? '',
  }])
}

const OF_MESSAGE = ['m.id as message_id', 'm.client_message_id', 'm.sequence', 'm.role', 'm.created_at', 'sessions.id as session_id', 'sessions.title'] as const

async function readMessages(database: Database, tenant: string, ids: readonly string[]): Promise<[string, Place][]> {
  if (!ids.length)
    return []
  const rows = await database.selectFrom('messages as m')
    .innerJoin('sessions', join => join.onRef('sessions.tenant_id', '=', 'm.tenant_id').onRef('sessions.id', '=', 'm.session_id'))
    .select([...OF_MESSAGE, 'm.text'])
    .where('m.id', 'in', ids).where(unindexed(database, 'm.tenant_id'), '=', tenant).where('m.off_branch', '=', 0).where(isNotDeleted)
    .execute()
  return rows.map(row => [row.message_id, { ...ofMessage(row), attachmentId: null, filename: null, text: row.text }])
}

async function readFiles(database: Database, tenant: string, ids: readonly string[]): Promise<[string, Place][]> {
  if (!ids.length)
    return []
  const rows = await database.selectFrom('attachments as a')
    .innerJoin('messages as m', 'm.id', 'a.message_id')
    .innerJoin('sessions', join => join.onRef('sessions.tenant_id', '=', 'm.tenant_id').onRef('sessions.id', '=', 'm.session_id'))
    .select([...OF_MESSAGE, 'a.id as attachment_id', 'a.filename'])
    .where('a.id', 'in', ids).where(unindexed(database, 'a.tenant_id'), '=', tenant).where('m.off_branch', '=', 0).where(isNotDeleted)
    .execute()
  return rows.map(row => [row.attachment_id, { ...ofMessage(row), attachmentId: row.attachment_id, filename: row.filename, text: row.filename }])
}

const ofMessage = (row: { message_id: string, client_message_id: string | null, sequence: number, role: 'user' | 'assistant', created_at: string, session_id: string, title: string | null }) => ({
  sessionId: row.session_id,
  sessionTitle: row.title ?? UNTITLED,
  messageId: row.message_id,
  clientMessageId: row.client_message_id,
  sequence: row.sequence,
  role: row.role,
  createdAt: row.created_at,
})
