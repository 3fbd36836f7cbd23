import type { media as tasks } from '../../workers/media.ts'
import type { ShownFiles } from './shownFiles.ts'
import type { Taking } from './taking.ts'

interface Means extends Pick<Taking, 'takeAttachments' | 'restore'> { files: ShownFiles, media: typeof tasks }

/** Removes a draft's files from the device as well. @param ids those that the person saw when it began */
export async function clear({ files, media, takeAttachments }: Omit<Means, 'restore'>, sessionId: string, ids: readonly string[]): Promise<void> {
  await media.clear(sessionId)
  takeAttachments(sessionId, ids)
  await media.forget(ids)
  await files.reload(sessionId) // of what came meanwhile the device says what is left
}

/** Makes a whole draft's files another session's. @param ids those that the person saw when it began @throws where the device could not, and nothing was moved */
export async function moveDraft({ files, media, takeAttachments, restore }: Means, ids: readonly string[], from: string, to: string): Promise<void> {
  await media.moveDraft(from, to, ids)
  const taken = takeAttachments(from, ids)
  void files.left(from, ids).catch((error: unknown) => console.warn('The draft that was moved could not be read again.', error))
  files.tell(from)
  await restore(to, ids, taken.filter(({ state }) => state !== 'saved'))
}
