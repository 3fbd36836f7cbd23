import path from 'node:path'
import { z } from 'zod'
import { IMAGE_BASE64_CHARS, LIMITS } from '../shared/attachments.ts'
import { StartError } from './startError.ts'

export interface Config {
  host: string
  port: number
  dataFolder: string
  agent: 'claude' | 'loopback'
  /** For the agent. Never to be logged. */
  anthropicApiKey?: string
  anthropicBaseUrl?: string
  /** Characters of an image's base64. */
  imageBase64Chars: number
  logLevel: string
}

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']
const NOT_YET = ['DATABASE_URL', 'BLOB_STORE', 'API_KEYS']

/** Throws `StartError` where the environment asks for what cannot be. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  // An empty variable is one that is not set.
  const env = Object.fromEntries(Object.entries(environment).filter(([, value]) => value))

  const unsupported = NOT_YET.find(name => env[name])
  if (unsupported)
    throw new StartError(`${unsupported} is set, but this version of Satchel does not support it yet. Unset it and start again.`)

  const host = env.HOST ?? '127.0.0.1'
  if (!LOOPBACK.includes(host))
    throw new StartError(`HOST is ${host}, which other machines could reach. Without accounts Satchel only listens on ${LOOPBACK.join(', ')}.`)

  const port = z.coerce.number().int().min(0).max(65_535).safeParse(env.PORT ?? 3500)
  if (!port.success)
    throw new StartError(`PORT is ${env.PORT}, but must be a number from 0 to 65535.`)

  const agent = z.enum(['claude', 'loopback']).safeParse(env.AGENT ?? (env.ANTHROPIC_API_KEY ? 'claude' : 'loopback'))
  if (!agent.success)
    throw new StartError(`AGENT is ${env.AGENT}, but must be claude or loopback.`)
  if (agent.data === 'claude' && !env.ANTHROPIC_API_KEY)
    throw new StartError('AGENT is claude, which needs a key: set ANTHROPIC_API_KEY.')

  const { least, most } = IMAGE_BASE64_CHARS
  const chars = z.coerce.number().int().min(least).max(most).safeParse(env.IMAGE_BASE64_CHARS ?? LIMITS.imageBase64Chars)
  if (!chars.success)
    throw new StartError(`IMAGE_BASE64_CHARS is ${env.IMAGE_BASE64_CHARS}, but must be a number from ${least} to ${most}.`)

  return {
    host,
    port: port.data,
    dataFolder: path.resolve(env.DATA_DIR ?? 'data'),
    agent: agent.data,
    anthropicApiKey: env.ANTHROPIC_API_KEY,
    anthropicBaseUrl: env.ANTHROPIC_BASE_URL,
    imageBase64Chars: chars.data,
    logLevel: env.LOG_LEVEL ?? 'warn',
  }
}
