import { nameInSentence } from '../../../shared/plainText.ts'
import { refusal } from '../../errors/problems.ts'
import { placeOfBytes } from './blobReferences.ts'
import type { Database, DatabaseTransaction, UploadRow } from '../database/database.ts'
import { isPostgres } from '../database/dialects/isPostgres.ts'
import type { StoredAttachment } from './messageInsert.ts'

const claimed = (filename: string) =>
  refusal(409, 'upload_claimed', `“${nameInSentence(filename)}” belongs to another message already. Upload it again to send it once more.`, { filename })

export const uploadGone = (id: string) => refusal(404, 'upload_not_found', `There is no upload ${id.slice(0, 64)}.`)

/**
 * Must run inside the transaction that inserts the attachments, before it does: they take over the uploads' ids.
 * @throws for one that belongs to another message, or is not there any more
 */
export async function refuseUnfree(trx: DatabaseTransaction, tenant: string, attachments: readonly StoredAttachment[]) {
  for (const { upload, filename } of attachments) {
    if (upload)
      await refuseUnlessFree(trx, tenant, upload.id, filename)
  }
}

async function refuseUnlessFree(trx: DatabaseTransaction, tenant: string, id: string, filename: string) {
  const found = await trx.selectFrom('uploads').select('attachment_id')
    .where('tenant_id', '=', tenant).where('id', '=', id)
    .executeTakeFirst()
  if (!found)
    throw uploadGone(id) // deleted, or removed for its age, after it was found
  if (found.attachment_id !== null)
    throw claimed(filename)
}

export const referenceGone = (filename?: string) =>
  refusal(404, 'attachment_not_found', filename === undefined ? 'A file that was to be attached again is not on the server any more.' : `“${nameInSentence(filename)}” is not on the server any more, and cannot be attached again.`, { filename })

/** Must run inside the transaction that inserts the attachments: bytes whose last row goes are deleted. */
export async function refuseGone(trx: DatabaseTransaction, tenant: string, attachments: readonly StoredAttachment[]) {
  for (const { reference, filename } of attachments) {
    if (reference && !await isStillThere(trx, tenant, reference.id))
      throw referenceGone(filename)
  }
}

const isStillThere = async (trx: DatabaseTransaction, tenant: string, id: string): Promise<boolean> =>
  await trx.selectFrom('attachments').select('id')
    .where('tenant_id', '=', tenant).where('id', '=', id)
    .$if(isPostgres(trx), query => query.forShare())
    .executeTakeFirst() !== undefined

/** Must run inside the transaction that inserted the attachments. */
export async function claimUploads(trx: DatabaseTransaction, tenant: string, attachments: readonly StoredAttachment[]) {
  for (const { id, upload, filename } of attachments) {
    const result = upload && await trx.updateTable('uploads').set({ attachment_id: id })
      .where('tenant_id', '=', tenant).where('id', '=', upload.id).where('attachment_id', 'is', null)
      .executeTakeFirst()
    if (upload && result?.numUpdatedRows === 0n) { // since it was looked at
      await refuseUnlessFree(trx, tenant, upload.id, filename)
      throw claimed(filename)
    }
  }
}

/** All of them or none. A row gets another place where the tenant has the same bytes already. @param verify throws where they must not be there */
export async function insertUploads(database: Database, rows: readonly UploadRow[], verify: (trx: DatabaseTransaction) => Promise<void>) {
  await database.transaction().execute(async (trx) => {
    for (const row of rows)
      await trx.insertInto('uploads').values({ ...row, storage_path: await placeOfBytes(trx, row.tenant_id, { sha256: row.sha256, storagePath: row.storage_path }) }).execute()
    await verify(trx)
  })
}
