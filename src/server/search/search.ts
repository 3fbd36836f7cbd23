import type { SearchPage } from '../../shared/protocol/search.ts'
import { termsOf } from '../../shared/search/terms.ts'
import { createFairQueue } from '../queues/fairQueue.ts'
import { find } from './find.ts'
import { createSearchIndexer } from './indexer.ts'
import { isFilled } from './queue.ts'
import type { SourceDeps } from './sources.ts'

/** Milliseconds that a search waits for what was written just before it. */
const FRESH_MS = 250
/** Searches at the same time: each works for some milliseconds at a stretch, each tenant's in its turn. */
const AT_ONCE = 2

export type Search = ReturnType<typeof createSearch>

/** Finds what a tenant has: titles, messages, names of files and the text in them. */
export function createSearch(deps: SourceDeps) {
  const { database } = deps
  const indexer = createSearchIndexer(deps)
  const queue = createFairQueue({ atOnce: AT_ONCE, perKey: 1 })

  return {
    /** @param query words that all must occur. @param before where the page before ended */
    async find(tenant: string, { query, limit, before }: { query: string, limit: number, before?: number }): Promise<SearchPage> {
      const terms = termsOf(query)
      if (!terms.length)
        return { hits: [], nextCursor: null, incomplete: false }
      await indexer.catchUp(FRESH_MS)
      const { hits, nextBefore } = await queue.run(tenant, () => find(database, { tenant, terms, limit, before }))
      return { hits, nextCursor: nextBefore === null ? null : String(nextBefore), incomplete: !await isFilled(database) }
    },

    start: indexer.start,
    stop: indexer.stop,
  }
}
