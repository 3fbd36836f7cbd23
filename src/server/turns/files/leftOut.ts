import { formatBytes, LIMITS } from '../../../shared/attachments.ts'
import { plainLine } from '../../../shared/plainText.ts'
import type { Part } from '../../../shared/protocol/parts.ts'

export type LeftOutReason = 'tools' | 'large' | 'many' | 'changing' | 'unreadable' | 'quota' | 'storage'

/** What stays in the folder only: why, by path. */
export interface LeftOut { path: string, reason: LeftOutReason }

const WHY: Record<LeftOutReason, string> = {
  tools: 'what tools keep for themselves is not stored',
  large: `a file may have ${formatBytes(LIMITS.agentFileBytes)}`,
  many: `one answer brings at most ${LIMITS.agentFilesPerTurn} files`,
  changing: 'it was being written while it was read; it comes with the next answer',
  unreadable: 'it could not be read',
  quota: 'there is no room left for attachments; delete what is not needed any more',
  storage: 'the server could not store it; it comes with the next answer',
}

const NAMED = 5
const NAME_CHARS = 120

/** Says what did not come with an answer, and why; undefined where everything did. */
export function leftOutNotice(leftOut: readonly LeftOut[], isWhole: boolean): Part | undefined {
  const reasons = Array.from(new Set(leftOut.map(({ reason }) => reason)))
  const sentences = reasons.map(reason => `${listed(leftOut.filter(each => each.reason === reason))} (${WHY[reason]})`)
  const parts = [
    ...sentences.length ? [`Left in the agent's folder, and not stored: ${sentences.join('; ')}.`] : [],
    ...isWhole ? [] : [`The agent's folder holds more than ${LIMITS.workspaceEntries.toLocaleString('en')} files; what is beyond was not looked at, and is not stored.`],
  ]
  return parts.length ? { type: 'notice', id: 'files-left-out', code: 'left_out', text: parts.join(' ') } : undefined
}

function listed(files: readonly LeftOut[]) {
  const names = files.slice(0, NAMED).map(({ path }) => plainLine(path, NAME_CHARS))
  const more = files.length - names.length
  return more ? `${names.join(', ')} and ${more.toLocaleString('en')} more` : names.join(', ')
}
