import { setImmediate as yieldToEventLoop } from 'node:timers/promises'
import type { SearchHit } from '../../shared/protocol/search.ts'
import type { Database } from '../storage/database/database.ts'
import { endsOf, findTenantNumber, rangesOf } from './documents.ts'
import { readHits } from './hits.ts'
import { lookUp } from './lookUp.ts'

/** Milliseconds of work for one answer. What was not looked through by then comes with the next page. */
const BUDGET_MS = 30
/** Documents that are looked through in one go: the first ones, at most, and how it goes on. */
const FIRST_SPAN = 20_000
const MAX_SPAN = 4_000_000
/** Milliseconds: a go that took less is followed by a longer one. */
const SHORT_MS = 3
const LONG_MS = 10
/** Candidates more than hits that are wanted, as not each is one; ever more while none is and that takes no time. */
const MORE = 5
const MOST_MORE = 320

export interface SearchRequest {
  tenant: string
  /** Folded; at least one. */
  terms: readonly string[]
  limit: number
  /** A document: those before it. */
  before?: number
}

interface Found { hits: SearchHit[], nextBefore: number | null }

/** Hits from the top down: titles, then everything else, the newest first. */
export async function find(database: Database, { tenant, terms, limit, before = Infinity }: SearchRequest): Promise<Found> {
  const look: Look = { database, tenant, terms, limit, until: performance.now() + BUDGET_MS, hits: [], seen: new Set() }
  for (const { first, last } of await stretchesOf(database, tenant)) {
    const left = await lookThrough(look, first, Math.min(before, last + 1))
    if (left > first)
      return { hits: look.hits, nextBefore: left }
  }
  return { hits: look.hits, nextBefore: null }
}

/** One answer that is being made. */
interface Look {
  database: Database
  tenant: string
  terms: readonly string[]
  limit: number
  /** By the clock of `performance`. */
  until: number
  hits: SearchHit[]
  seen: Set<string>
}

/** Downwards as long as there is time, and hits are wanted. @returns from where on it would go on; `first` at its end */
async function lookThrough(look: Look, first: number, below: number): Promise<number> {
  let left = below
  let span = FIRST_SPAN
  let more = MORE
  while (left > first && look.hits.length < look.limit) {
    const begun = performance.now()
    const found = look.hits.length
    left = await takeHits(look, { from: Math.max(first, left - span), below: left, more }) // once in any case: every page comes nearer to the end
    if (performance.now() > look.until)
      return left
    const took = performance.now() - begun
    more = look.hits.length > found || took > LONG_MS ? MORE : Math.min(MOST_MORE, more * 4)
    span = nextSpan(span, took)
    await yieldToEventLoop()
  }
  return left
}

/** Those of a span. @returns up to where all of it was looked at */
async function takeHits({ database, tenant, terms, limit, hits, seen }: Look, { from, below, more }: { from: number, below: number, more: number }): Promise<number> {
  const wanted = limit - hits.length + more
  const ids = await lookUp(database, { terms, from, below, limit: wanted })
  for (const { id, hit } of await readHits(database, tenant, ids, terms)) {
    if (isNew(seen, hit) && hits.push(hit) === limit)
      return id
  }
  return ids.length < wanted ? from : ids.at(-1) ?? from
}

/** What there is of the tenant, from the top down. */
async function stretchesOf(database: Database, tenant: string) {
  const number = await findTenantNumber(database, tenant)
  if (number === undefined)
    return []
  const { titles, texts } = rangesOf(number)
  const ends = [await endsOf(database, titles), await endsOf(database, texts)]
  return ends.filter(range => range !== undefined)
}

/** One hit for a message or a file, in however many pieces of it there is one. */
function isNew(seen: Set<string>, { kind, sessionId, messageId, attachmentId }: SearchHit): boolean {
  const key = [kind, sessionId, messageId, attachmentId].join(' ')
  const before = seen.size
  return seen.add(key).size > before
}

function nextSpan(span: number, took: number): number {
  if (took < SHORT_MS)
    return Math.min(MAX_SPAN, span * 4)
  return took > LONG_MS ? Math.max(FIRST_SPAN / 4, Math.floor(span / 4)) : span
}
