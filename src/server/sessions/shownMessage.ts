import type { Message } from '../../shared/protocol/message.ts'
import type { PermissionPart } from '../../shared/protocol/parts.ts'

/* How a message is told where there is no app to show it: in an export, and to people outside. */

export const shownAuthor = ({ role, author }: Message): string => role === 'assistant' ? 'Agent' : author?.name ?? 'You'

/** To the minute. @param iso as every time of the API */
export const shownTime = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`

export const shownDecision = ({ status }: Pick<PermissionPart, 'status'>): string => status === 'waiting' ? 'not answered' : status
