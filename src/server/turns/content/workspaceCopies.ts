import type { FastifyBaseLogger } from 'fastify'
import type { BlobStore } from '../../storage/blobs/blobStore.ts'
import type { AttachmentRow, Database } from '../../storage/database/database.ts'
import type { TenantWorkspaces } from '../../storage/workspace/tenantWorkspaces.ts'
import { recordFiles } from '../../storage/workspace/workspaceRecord.ts'

export interface CopyDeps { database: Database, blobs: BlobStore, workspaces: TenantWorkspaces, log: FastifyBaseLogger }

/**
 * Copies into the workspace what is not there yet, and returns the rows as they are then. A copy that fails
 * costs the copy: the message is accepted, and the agent gets the bytes in its blocks anyway.
 */
export async function placeAttachments({ database, blobs, workspaces, log }: CopyDeps, attachments: readonly AttachmentRow[]): Promise<AttachmentRow[]> {
  const placed: AttachmentRow[] = []
  for (const attachment of attachments) {
    let { workspace_path } = attachment
    try {
      if (workspace_path === null) {
        workspace_path = await (await workspaces.of(attachment.tenant_id)).place(attachment.session_id, attachment.filename, await blobs.read(attachment.storage_path))
        await keepPlace(database, attachment, workspace_path)
      }
    }
    catch (error) {
      log.warn(error, 'a file was not copied into the workspace')
    }
    placed.push({ ...attachment, workspace_path })
  }
  return placed
}

/** What the person attached is known from the start: it does not come back as something that the agent made. */
async function keepPlace(database: Database, { id, tenant_id, session_id, size, sha256 }: AttachmentRow, path: string) {
  await database.transaction().execute(async (trx) => {
    await trx.updateTable('attachments').set({ workspace_path: path }).where('id', '=', id).execute()
    await recordFiles(trx, { tenant: tenant_id, id: session_id }, [{ path, size, sha256, mode: 0o600, stamp: '' }])
  })
}
