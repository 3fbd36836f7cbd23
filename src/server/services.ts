import type { FastifyBaseLogger } from 'fastify'
import path from 'node:path'
import { LIMITS } from '../shared/attachments.ts'
import { DEFAULT_TENANT } from './identity/account.ts'
import { createAccounts } from './accounts/accounts.ts'
import { createKeyRing } from './accounts/keyRing.ts'
import { followKeysFile } from './accounts/keysFile.ts'
import type { Answered } from './agents/agent.ts'
import { createOffers } from './agents/offer/offers.ts'
import { openAuditLog } from './audit/auditLog.ts'
import { createAttachments } from './attachments/attachments.ts'
import { createEvents } from './events/events.ts'
import { createGathering } from './events/gathering.ts'
import { createExports } from './exports/exports.ts'
import { routed } from './machines/calls/routed.ts'
import { ALONE, openMachines } from './machines/machines.ts'
import { machineWork } from './machineWork.ts'
import { createHistory } from './sessions/history.ts'
import { createKeyedQueue } from '../shared/keyedQueue.ts'
import { createAskAgain } from './messages/askAgain.ts'
import { refuseBusy } from './messages/places.ts'
import { createRemoveTurn } from './messages/removeTurn.ts'
import { createWaitingMessages, routedWaiting } from './messages/waiting.ts'
import { chooseVersion } from './sessions/versions.ts'
import { createMessages } from './messages/messages.ts'
import { createImageDecoder } from './inspection/decoders/images.ts'
import { createPdfInspector } from './inspection/pdf.ts'
import { createQuota } from './attachments/quota.ts'
import { createMarks } from './sessions/marks.ts'
import { createRecentHistory } from './sessions/recentHistory.ts'
import { createSessionRemoval } from './sessions/sessionRemoval.ts'
import { createSearch } from './search/search.ts'
import { createSharedLinks } from './sharing/sharedLinks.ts'
import { createSessions } from './sessions/sessions.ts'
import { checkOfSecret, openLinkSecret } from './accounts/linkSecret.ts'
import { createSignedLinks } from './accounts/signedLinks.ts'
import { openDataFolder } from './storage/database/dataFolder.ts'
import type { BlobAddress } from './storage/blobs/blobAddress.ts'
import { createPartialSaves } from './storage/rows/partialSaves.ts'
import { openTenantWorkspaces } from './storage/workspace/tenantWorkspaces.ts'
import { createStoreOwner } from './attachments/storeOwner.ts'
import { openKnownStore } from './attachments/knownStore.ts'
import { isUnavailable } from './errors/problems.ts'
import { startRemovingOrphans } from './attachments/orphans.ts'
import { createFairQueue } from './queues/fairQueue.ts'
import { createSharedCounts } from './queues/sharedCounts.ts'
import { createShares } from './queues/shares.ts'
import { SERVER_LIMITS } from './config/serverLimits.ts'
import { createAnswering } from './turns/asking/answering.ts'
import { createTurnFollower } from './turns/follow.ts'
import { createLive } from './events/live.ts'
import { createRetry } from './turns/retry.ts'
import { recoverAll } from './turns/recovery.ts'
import { createPendingAnswers } from './turns/asking/pendingAnswers.ts'
import { createTurns } from './turns/turns.ts'
import { createUploads } from './attachments/uploads.ts'
import type { ServiceOptions } from './serviceOptions.ts'

const placeOf = (given: BlobAddress | undefined, dataFolder: string): BlobAddress => given ?? { kind: 'folder', folder: path.join(dataFolder, 'attachments') }

/** What the server does and keeps, whoever asks for it and in which way: the routes speak to these. */
export async function openServices({ dataFolder, agent, limits = LIMITS, serverLimits: givenLimits, apiKeys = [], keysFile, quotaBytes, damagedLog = 'stop', databaseUrl, machines: howMany, linkSecret, blobStore, blobs: otherBlobs, pdfs = createPdfInspector(), images = createImageDecoder(), tell = sentence => log.warn(sentence) }: ServiceOptions, log: FastifyBaseLogger) {
  const { database, reach, release } = await openDataFolder({ folder: dataFolder, damagedLog, databaseUrl, isShared: howMany === 'many' }, log)
  const blobs = otherBlobs ?? await openKnownStore({ database, address: placeOf(blobStore, dataFolder), isShared: howMany === 'many', tell })
  const workspaces = openTenantWorkspaces(dataFolder)
  await workspaces.of(DEFAULT_TENANT) // what cannot be written to shows now
  await workspaces.home() // the first turn need not wait until it has a name
  const secret = await openLinkSecret({ given: linkSecret, database, file: path.join(dataFolder, 'links.key') })
  const links = createSignedLinks(secret)

  const serverLimits = { ...SERVER_LIMITS, ...givenLimits }
  const shares = createShares(serverLimits, apiKeys.length > 0)
  const places = createFairQueue({ atOnce: serverLimits.turns, perKey: serverLimits.turnsPerTenant })
  const audit = openAuditLog(path.join(dataFolder, 'audit.log'), log)
  const keys = createKeyRing(apiKeys)
  const stopFollowingKeys = keysFile ? followKeysFile(keysFile, keys, log) : () => {}
  const machines = await openMachines({ database, url: databaseUrl, reach, isAlone: howMany !== 'many', secretCheck: () => checkOfSecret(secret), log })
  const accounts = createAccounts({ database, keys, machines })
  const live = createLive()
  const events = createEvents({ database, live, wire: machines.wire, log })
  const pendingAnswers = createPendingAnswers()
  const writes = createKeyedQueue()
  const offers = createOffers(agent)
  const gathering = createGathering(log)
  const sessions = createSessions({ database, events, gathering, live })
  const marks = createMarks({ database, events, gathering })
  const quota = createQuota({ database, bytes: quotaBytes })
  const turns = createTurns({ database, saves: createPartialSaves(database), blobs, quota, workspaces, images, agent, offers, limits, events, live, pendingAnswers, keep: machines.keep, log }, sessions, places, serverLimits)
  const tellAnswer = routed(machines, 'answer', async (_session, messageId: string, answer: Answered) => pendingAnswers.resolve(messageId, answer))
  const answering = createAnswering({ database, tellAnswer })
  const uploads = createUploads({ database, blobs, quota, log })
  const messages = createMessages({ database, blobs, pdfs, images, limits, uploads, quota, turns, sessions, events, offers, writes, routes: machines, log })
  const attachments = createAttachments({ database, blobs, sessions, events, routes: machines, log })
  const history = createHistory({ database, sessions, events, live })
  const recent = createRecentHistory({ sessions, history })
  const search = createSearch({ database, blobs, pdfs, log })
  const follower = createTurnFollower({ database, events, live })
  const retry = routed(machines, 'retry', createRetry({ database, events, turns, writes }))
  const askAgain = createAskAgain({ database, messages, offers, retry })
  const waiting = routedWaiting(machines, createWaitingMessages({ database, blobs, events, turns, sessions, offers, writes, limits: serverLimits, log }))
  const removeTurn = routed(machines, 'deleteTurn', createRemoveTurn({ database, blobs, workspaces, agent, turns, sessions, events, writes, log }))
  const chooseBranch = routed(machines, 'version', async (session, messageId: string) => {
    await chooseVersion({ database, events, writes, refuseBusy: busy => refuseBusy(turns, busy) }, session, messageId)
    await sessions.announce(session)
  })
  const owner = createStoreOwner({ database, blobs, log })
  await owner.mayCleanUp().catch(error => isUnavailable(error) || log.warn(error, 'whose store this is could not be read')) // before anybody is answered: it is said at the start
  const removal = createSessionRemoval({ database, blobs, workspaces, agent, turns, events, writes, log })

  await machines.open(machineWork({ database, agent, turns, events, sessions, workspaces, log }))
  const resumeUnfinished = machines === ALONE ? await recoverAll({ database, agent, turns, writes }) : () => {}
  let stopCleaningUp = () => {}
  return {
    database, blobs, links, counts: createSharedCounts(machines), limits, shares, accounts, audit, events, sessions, turns, uploads, messages, attachments, history, marks, recent, search, follower, answering, remove: routed(machines, 'delete', removal.remove), stop: routed(machines, 'stop', session => turns.stop(session)), askAgain, waiting, removeTurn, chooseBranch, offers,
    exports: createExports({ sessions, history, attachments, blobs }), sharedLinks: createSharedLinks({ database, sessions }),

    /** @param listener called when this server cannot reach the database, and others may */
    onCutOff: (listener: () => void): void => void (howMany === 'many' && reach?.onLost(listener)),
    isCutOff: (): boolean => howMany === 'many' && reach?.isLost() === true,

    /** For those who watch the server. */
    held: () => ({ ...shares.counts(), turnsRunning: places.running, turnsWaiting: places.waiting }),

    /** Asks the agent what still waits, and begins to clear away what is left over. */
    start() {
      resumeUnfinished()
      machines.start()
      search.start()
      stopCleaningUp = startRemovingOrphans({ uploads, removal, database, blobs, owner, log })
    },

    /** Takes nothing more, and resolves when what was taken is kept. */
    async finish() {
      machines.stopAsking()
      const stopped = turns.close() // first: what is accepted from now on is left for the next start
      resumeUnfinished() // into the closed queue, where nobody listened: what waits goes on waiting, and holds nothing up
      await Promise.all([messages.close(), search.stop(), pdfs.close(), images.close()]) // a PDF that is being opened is not waited for: it is sent again
      await stopped
      await agent.close?.()
      await machines.close() // others may go on with what was stopped
    },

    /** Releases the data folder. */
    async close() {
      stopCleaningUp()
      stopFollowingKeys()
      await gathering.close()
      await audit.close()
      await database.destroy()
      await release()
    },
  }
}
