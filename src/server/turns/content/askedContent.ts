import type { ContentBlock } from '../../agents/agent.ts'
import { isPassing, ProblemError, refusal } from '../../errors/problems.ts'
import { getMessageAttachments } from '../../storage/rows/attachmentRows.ts'
import type { MessageRow } from '../../storage/database/database.ts'
import { buildBlocks, type BlockDeps } from './blocks.ts'
import { placeAttachments, type CopyDeps } from './workspaceCopies.ts'

/** A person's message as the agent gets it; its files lie in the workspace then. @throws a problem where one cannot be read any more, and the store's own error where it is only away */
export async function readAsked(deps: BlockDeps & CopyDeps, asked: MessageRow): Promise<ContentBlock[]> {
  const attachments = await placeAttachments(deps, await getMessageAttachments(deps.database, asked.tenant_id, asked.id))
  try {
    return await buildBlocks(asked, attachments, deps)
  }
  catch (error) {
    if (error instanceof ProblemError || isPassing(error))
      throw error
    throw Object.assign(refusal(500, 'attachment_unavailable', 'A file of this message cannot be read any more, so the agent was not asked.'), { cause: error })
  }
}
