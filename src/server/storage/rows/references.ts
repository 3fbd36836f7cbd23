import { refusal } from '../../errors/problems.ts'
import type { DatabaseTransaction } from '../database/database.ts'
import type { StoredAttachment } from './messageInsert.ts'

export const referenceGone = (filename?: string) =>
  refusal(404, 'attachment_not_found', filename === undefined ? 'A file that was to be attached again is not on the server any more.' : `“${filename}” is not on the server any more, and cannot be attached again.`, { filename })

/** Must run inside the transaction that inserts the attachments: bytes whose last row goes are deleted. */
export async function refuseGone(trx: DatabaseTransaction, tenant: string, attachments: readonly StoredAttachment[]) {
  for (const { reference, filename } of attachments) {
    const known = reference && await trx.selectFrom('attachments').select('id')
      .where('tenant_id', '=', tenant).where('id', '=', reference.id)
      .executeTakeFirst()
    if (reference && !known)
      throw referenceGone(filename)
  }
}
