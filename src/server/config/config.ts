import path from 'node:path'
import { z } from 'zod'
import { readApiKeys, type ApiKey } from '../accounts/apiKeys.ts'
import { IMAGE_BASE64_CHARS, LIMITS } from '../../shared/attachments.ts'
import { StartError } from '../errors/startError.ts'
import { readBlobAddress, type BlobAddress } from '../storage/blobs/blobAddress.ts'

export interface Config {
  host: string
  port: number
  dataFolder: string
  blobStore: BlobAddress
  /** Who may use the server; none where everybody who reaches it may. */
  apiKeys: ApiKey[]
  /** Requests of one account in a minute; undefined where there are no accounts. */
  rateLimit?: number
  /** Bytes of attachments that one tenant may have. */
  quotaBytes?: number
  agent: 'claude' | 'loopback'
  /** For the agent. Never to be logged. */
  anthropicApiKey?: string
  anthropicBaseUrl?: string
  /** Characters of an image's base64. */
  imageBase64Chars: number
  logLevel: string
}

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']
const NOT_YET = ['DATABASE_URL']

/** Far more than a person or a script in good order makes. */
const REQUESTS_A_MINUTE = 1200

/** Throws `StartError` where the environment asks for what cannot be. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  // An empty variable is one that is not set.
  const env = Object.fromEntries(Object.entries(environment).filter(([, value]) => value))

  const unsupported = NOT_YET.find(name => env[name])
  if (unsupported)
    throw new StartError(`${unsupported} is set, but this version of Satchel does not support it yet. Unset it and start again.`)

  const host = env.HOST ?? '127.0.0.1'
  const exposed = !LOOPBACK.includes(host)
  const apiKeys = readApiKeys(env.API_KEYS, exposed)
  if (exposed && !apiKeys.length)
    throw new StartError(`HOST is ${host}, which other machines could reach. Without API_KEYS Satchel only listens on ${LOOPBACK.join(', ')}.`)

  const port = z.coerce.number().int().min(0).max(65_535).safeParse(env.PORT ?? 3500)
  if (!port.success)
    throw new StartError(`PORT is ${env.PORT}, but must be a number from 0 to 65535.`)

  const rateLimit = readCount(env, 'RATE_LIMIT') ?? REQUESTS_A_MINUTE
  const quotaBytes = readCount(env, 'QUOTA_BYTES')

  const agent = z.enum(['claude', 'loopback']).safeParse(env.AGENT ?? (env.ANTHROPIC_API_KEY ? 'claude' : 'loopback'))
  if (!agent.success)
    throw new StartError(`AGENT is ${env.AGENT}, but must be claude or loopback.`)
  if (agent.data === 'claude' && !env.ANTHROPIC_API_KEY)
    throw new StartError('AGENT is claude, which needs a key: set ANTHROPIC_API_KEY.')

  const { least, most } = IMAGE_BASE64_CHARS
  const chars = z.coerce.number().int().min(least).max(most).safeParse(env.IMAGE_BASE64_CHARS ?? LIMITS.imageBase64Chars)
  if (!chars.success)
    throw new StartError(`IMAGE_BASE64_CHARS is ${env.IMAGE_BASE64_CHARS}, but must be a number from ${least} to ${most}.`)

  const dataFolder = path.resolve(env.DATA_DIR ?? 'data')
  return {
    host,
    port: port.data,
    dataFolder,
    blobStore: readBlobAddress(env.BLOB_STORE ?? path.join(dataFolder, 'attachments'), env),
    apiKeys,
    rateLimit: apiKeys.length ? rateLimit : undefined,
    quotaBytes,
    agent: agent.data,
    anthropicApiKey: env.ANTHROPIC_API_KEY,
    anthropicBaseUrl: env.ANTHROPIC_BASE_URL,
    imageBase64Chars: chars.data,
    logLevel: env.LOG_LEVEL ?? 'warn',
  }
}

function readCount(env: Record<string, string | undefined>, name: string): number | undefined {
  if (env[name] === undefined)
    return undefined
  const count = z.coerce.number().int().min(1).safeParse(env[name])
  if (!count.success)
    throw new StartError(`${name} is ${env[name]}, but must be a number from 1 on.`)
  return count.data
}
