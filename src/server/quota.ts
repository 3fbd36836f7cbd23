import { formatBytes } from '../shared/attachments.ts'
import { refusal } from './problems.ts'
import type { Database } from './storage/database.ts'

/** Seconds: somebody has to delete something first. */
const RETRY_AFTER = 3600

export type Quota = ReturnType<typeof createQuota>

/** How many bytes of attachments and uploads one tenant may have. What comes at the very same moment is not foreseen. */
export function createQuota({ database, bytes }: { database: Database, bytes: number | undefined }) {
  async function used(tenant: string): Promise<number> {
    const sums = await Promise.all([
      database.selectFrom('attachments').select(({ fn }) => fn.sum<number | null>('size').as('size')).where('tenant_id', '=', tenant).executeTakeFirst(),
      database.selectFrom('uploads').select(({ fn }) => fn.sum<number | null>('size').as('size')).where('tenant_id', '=', tenant).where('attachment_id', 'is', null).executeTakeFirst(),
    ])
    return sums.reduce((sum, row) => sum + Number(row?.size ?? 0), 0)
  }

  return {
    /** @throws a problem where there is no room for as many more */
    async require(tenant: string, more: number) {
      if (bytes === undefined || more === 0)
        return
      if (await used(tenant) + more > bytes)
        throw refusal(429, 'quota_exceeded', `There is no room for this: all attachments together may have ${formatBytes(bytes)}. Delete sessions or attachments that are not needed any more. Nothing was saved.`, { retryAfter: RETRY_AFTER })
    },
  }
}
