import path from 'node:path'
import { readKeysFile, type KeysFile } from '../accounts/keysFile.ts'
import { readApiKeys, type ApiKey } from '../accounts/apiKeys.ts'
import { StartError } from '../errors/startError.ts'
import { readStorage, type StoragePlaces } from './storagePlaces.ts'
import { PROCESS_TURNS, SERVER_LIMITS, type ServerLimits } from './serverLimits.ts'
import { readProxies } from './proxies.ts'
import { readEnvironment, type Environment } from './environment.ts'

export interface Config extends StoragePlaces {
  host: string
  port: number
  /** Who may use the server; none where everybody who reaches it may. */
  apiKeys: ApiKey[]
  /** Where they stand, if it is read again when it changes. */
  keysFile?: KeysFile
  /** Requests of one account in a minute; undefined where there are no accounts. */
  rateLimit?: number
  /** Whoever shows it may read `/metrics`. Never to be logged. */
  metricsKey?: string
  /** Addresses of proxies whose `X-Forwarded-*` is believed. */
  trustProxy: string[]
  /** Bytes of attachments that one tenant may have. */
  quotaBytes?: number
  damagedLog: Environment['DAMAGED_LOG']
  /** Whether other servers may use the same database and the same store, too. */
  machines: 'one' | 'many'
  /** Never to be logged. */
  linkSecret?: string
  /** What accounts and tenants may take of the server at a time. */
  serverLimits: ServerLimits
  agent: 'claude' | 'loopback'
  /** What it may use beyond its folder, if the person allows each use. */
  agentTools: Environment['AGENT_TOOLS']
  /** US dollars that one answer may cost. */
  agentBudgetUsd?: number
  /** For the agent. Never to be logged. */
  anthropicApiKey?: string
  anthropicBaseUrl?: string
  /** Characters of an image's base64. */
  imageBase64Chars: number
  logLevel: Environment['LOG_LEVEL']
}

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']

/** Throws `StartError` where the environment asks for what cannot be. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const env = readEnvironment(environment)
  const agent = chooseAgentName(env)
  const trustProxy = readProxies(environment.TRUST_PROXY)
  const { apiKeys, keysFile } = readKeys(env.HOST, trustProxy.length > 0, environment)
  return {
    host: env.HOST,
    port: env.PORT,
    ...readStorage(environment),
    apiKeys,
    keysFile,
    rateLimit: apiKeys.length ? env.RATE_LIMIT : undefined,
    metricsKey: env.METRICS_KEY,
    trustProxy,
    quotaBytes: env.QUOTA_BYTES,
    damagedLog: env.DAMAGED_LOG,
    machines: readMachines(env, environment),
    linkSecret: env.LINK_SECRET,
    serverLimits: limitsOf(env, agent),
    agent,
    agentTools: env.AGENT_TOOLS,
    agentBudgetUsd: env.AGENT_BUDGET_USD,
    anthropicApiKey: env.ANTHROPIC_API_KEY,
    anthropicBaseUrl: env.ANTHROPIC_BASE_URL,
    imageBase64Chars: env.IMAGE_BASE64_CHARS,
    logLevel: env.LOG_LEVEL,
  }
}

/**
 * Whoever reaches a server without keys may use it, so only this machine may reach such a server. Through a proxy on this
 * machine others try its keys, too.
 */
function readKeys(host: string, hasProxy: boolean, { API_KEYS, API_KEYS_FILE }: NodeJS.ProcessEnv) {
  const isReachable = !LOOPBACK.includes(host)
  const exposed = isReachable || hasProxy
  if (API_KEYS && API_KEYS_FILE)
    throw new StartError('Both API_KEYS and API_KEYS_FILE are set. Put all keys into the file, and unset API_KEYS.')
  const keysFile: KeysFile | undefined = API_KEYS_FILE ? { path: path.resolve(API_KEYS_FILE), exposed } : undefined
  const apiKeys = keysFile ? readKeysFile(keysFile) : readApiKeys(API_KEYS || undefined, exposed)
  if (isReachable && !apiKeys.length)
    throw new StartError(`HOST is ${host}, which other machines could reach. Without API_KEYS Satchel only listens on ${LOOPBACK.join(', ')}.`)
  return { apiKeys, keysFile }
}

/**
 * What can be shared is: rows in PostgreSQL, and files in a place that was named. Where the files lie in the data folder,
 * which each server has for itself, a second one is kept off.
 */
function readMachines({ MACHINES }: Environment, { DATABASE_URL, BLOB_STORE }: NodeJS.ProcessEnv): Config['machines'] {
  if (MACHINES === 'many' && !(DATABASE_URL && BLOB_STORE))
    throw new StartError(`MACHINES is many, but ${DATABASE_URL ? 'the files lie in DATA_DIR, where no other server finds them: set BLOB_STORE' : 'the rows lie in DATA_DIR, where no other server finds them: set DATABASE_URL'}.`)
  return MACHINES ?? (DATABASE_URL && BLOB_STORE ? 'many' : 'one')
}

function limitsOf({ SOCKETS, SOCKETS_PER_ACCOUNT, FRAME_BYTES, FRAME_BYTES_PER_ACCOUNT, TURNS, TURNS_PER_TENANT, TURN_MINUTES }: Environment, agent: Config['agent']): ServerLimits {
  const turns = agent === 'claude' ? PROCESS_TURNS : SERVER_LIMITS
  return {
    ...SERVER_LIMITS,
    sockets: SOCKETS,
    socketsPerAccount: SOCKETS_PER_ACCOUNT,
    frameBytes: FRAME_BYTES,
    frameBytesPerAccount: FRAME_BYTES_PER_ACCOUNT,
    turns: TURNS ?? turns.turns,
    turnsPerTenant: TURNS_PER_TENANT ?? turns.turnsPerTenant,
    turnMs: TURN_MINUTES * 60_000,
  }
}

function chooseAgentName({ AGENT, ANTHROPIC_API_KEY }: Environment) {
  const agent = AGENT ?? (ANTHROPIC_API_KEY ? 'claude' : 'loopback')
  if (agent === 'claude' && !ANTHROPIC_API_KEY)
    throw new StartError('AGENT is claude, which needs a key: set ANTHROPIC_API_KEY.')
  return agent
}
