import { sql } from 'kysely'
import { formatBytes } from '../../shared/attachments.ts'
import { refusal } from '../errors/problems.ts'
import type { Database, DatabaseTransaction } from '../storage/database/database.ts'

/** Seconds: somebody has to delete something first. */
const RETRY_AFTER = 3600

export type Quota = ReturnType<typeof createQuota>

/** How many bytes of texts, attachments and uploads one tenant may have. */
export function createQuota({ database, bytes }: { database: Database, bytes: number | undefined }) {
  async function used(database: Database | DatabaseTransaction, tenant: string): Promise<number> {
    const sums = await Promise.all([
      database.selectFrom('attachments').select(({ fn }) => fn.sum<number | null>('size').as('size')).where('tenant_id', '=', tenant).executeTakeFirst(),
      database.selectFrom('uploads').select(({ fn }) => fn.sum<number | null>('size').as('size')).where('tenant_id', '=', tenant).where('attachment_id', 'is', null).executeTakeFirst(),
      database.selectFrom('messages').select(sql<number | null>`sum(octet_length(text))`.as('size')).where('tenant_id', '=', tenant).executeTakeFirst(),
    ])
    return sums.reduce((sum, row) => sum + Number(row?.size ?? 0), 0)
  }

  async function refuseBeyond(from: Database | DatabaseTransaction, tenant: string, more: number) {
    if (bytes !== undefined && await used(from, tenant) + more > bytes)
      throw refusal(429, 'quota_exceeded', `There is no room for this: all texts and attachments together may have ${formatBytes(bytes)}. Delete sessions or attachments that are not needed any more. Nothing was saved.`, { retryAfter: RETRY_AFTER })
  }

  return {
    /** Before anything is stored. @throws a problem where there is no room for as many more */
    async require(tenant: string, more: number) {
      if (more > 0)
        await refuseBeyond(database, tenant, more)
    },

    /** Inside the transaction that stored more, since others may have done so meanwhile. @throws a problem where it was too much */
    async verify(trx: DatabaseTransaction, tenant: string) {
      await refuseBeyond(trx, tenant, 0)
    },
  }
}
