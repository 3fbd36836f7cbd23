import type { CreatedSharedLink, SharedLinks } from '../../../shared/protocol/sharedLink.ts'
import { json, request, sessionPath, withBody } from './api.ts'

const linksPath = (sessionId: string) => `${sessionPath(sessionId)}/links`

/** Those that work, the newest first. */
export const getSharedLinks = async (sessionId: string) => (await json<SharedLinks>(linksPath(sessionId))).links

export const createSharedLink = (sessionId: string, days: number) =>
  json<CreatedSharedLink>(linksPath(sessionId), withBody('POST', { days }))

/** It shows nothing from now on. */
export async function revokeSharedLink(sessionId: string, linkId: string): Promise<void> {
  await request(`${linksPath(sessionId)}/${encodeURIComponent(linkId)}`, { method: 'DELETE' })
}
