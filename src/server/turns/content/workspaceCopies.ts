import type { FastifyBaseLogger } from 'fastify'
import type { BlobStore } from '../../storage/blobs/blobStore.ts'
import type { AttachmentRow, Database, DatabaseTransaction } from '../../storage/database/database.ts'
import type { TenantWorkspaces } from '../../storage/workspace/tenantWorkspaces.ts'
import { FILE_MODE, forgetFiles, isRecorded, recordFiles } from '../../storage/workspace/workspaceRecord.ts'

export interface CopyDeps { database: Database, blobs: BlobStore, workspaces: TenantWorkspaces, log: FastifyBaseLogger }

/**
 * Copies into the workspace what is not there yet, and returns the rows as they are then. A copy that fails
 * costs the copy: the message is accepted, and the agent gets the bytes in its blocks anyway.
 */
export async function placeAttachments(deps: CopyDeps, attachments: readonly AttachmentRow[]): Promise<AttachmentRow[]> {
  const placed: AttachmentRow[] = []
  for (const attachment of attachments)
    placed.push({ ...attachment, workspace_path: attachment.workspace_path ?? await copy(deps, attachment) })
  return placed
}

/** @returns where it is, or null where it could not be copied */
async function copy({ database, blobs, workspaces, log }: CopyDeps, attachment: AttachmentRow): Promise<string | null> {
  const place = createPlace(database, attachment)
  try {
    const bytes = await blobs.read(attachment.storage_path)
    const workspace = await workspaces.of(attachment.tenant_id)
    return await workspace.place(attachment.session_id, attachment.filename, bytes, place.claim)
  }
  catch (error) {
    log.warn(error, 'a file was not copied into the workspace')
    await place.giveUp().catch((error: unknown) => log.warn(error, 'a file that is not in the workspace stays recorded there')) // it is put back before the next turn
    return null
  }
}

/**
 * Where a file of the person is, known before it is there: it does not come back as something that the agent made,
 * also where the server is killed in between, and what is missing then is put back before the turn goes on.
 */
function createPlace(database: Database, { id, tenant_id, session_id, size, sha256 }: AttachmentRow) {
  const session = { tenant: tenant_id, id: session_id }
  let claimed: string | undefined

  async function move(trx: DatabaseTransaction, path: string | null) {
    if (claimed !== undefined)
      await forgetFiles(trx, session, [claimed])
    await trx.updateTable('attachments').set({ workspace_path: path }).where('id', '=', id).execute()
    if (path !== null)
      await recordFiles(trx, session, [{ path, size, sha256, mode: FILE_MODE, stamp: '' }])
  }

  return {
    /** @returns false where another file is known to be there */
    async claim(path: string): Promise<boolean> {
      const isFree = await database.transaction().execute(async (trx) => {
        if (await isRecorded(trx, session, path))
          return false
        await move(trx, path)
        return true
      })
      if (isFree)
        claimed = path
      return isFree
    },

    /** It is nowhere. */
    async giveUp(): Promise<void> {
      if (claimed !== undefined)
        await database.transaction().execute(trx => move(trx, null))
    },
  }
}
