import { z } from 'zod'
import { IMAGE_BASE64_CHARS, LIMITS } from '../../shared/attachments.ts'
import { SERVER_LIMITS } from './serverLimits.ts'
import { StartError } from '../errors/startError.ts'

/** Far more than a person or a script in good order makes. */
const REQUESTS_A_MINUTE = 1200

/** A whole number as the environment writes it; `range` completes the sentence "must be ...". */
const number = (least: number, most: number, range = `a number from ${least} to ${most}`) =>
  z.string().transform(Number).pipe(z.int(range).min(least, range).max(most, range))
const count = number(1, Number.MAX_SAFE_INTEGER, 'a number from 1 on')

const frames = number(LIMITS.frameBytes, Number.MAX_SAFE_INTEGER, `a number from ${LIMITS.frameBytes} on`)

/** Every variable that Satchel reads and that holds one value. Lists and addresses have readers of their own. */
const Environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: number(0, 65_535).default(3500),
  DATA_DIR: z.string().default('data'),
  /** Requests of one account in a minute. */
  RATE_LIMIT: count.default(REQUESTS_A_MINUTE),
  /** Bytes of texts and attachments that one tenant may have. */
  QUOTA_BYTES: count.optional(),
  /** Open sockets of all, and of one account; turns of all, and of one tenant. */
  SOCKETS: count.default(SERVER_LIMITS.sockets),
  SOCKETS_PER_ACCOUNT: count.default(SERVER_LIMITS.socketsPerAccount),
  /** Bytes that have arrived on sockets and are not worked off: of all, and of one account. A single frame must have room. */
  FRAME_BYTES: frames.default(SERVER_LIMITS.frameBytes),
  FRAME_BYTES_PER_ACCOUNT: frames.default(SERVER_LIMITS.frameBytesPerAccount),
  TURNS: count.optional(),
  TURNS_PER_TENANT: count.optional(),
  /** Minutes that one turn may take. */
  TURN_MINUTES: number(1, 10_080).default(SERVER_LIMITS.turnMs / 60_000),
  /** What signs links, the same for all machines. */
  LINK_SECRET: z.string().min(32, 'at least 32 characters long; "openssl rand -hex 32" makes one').optional(),
  /** Whether other servers use the same database, too. */
  MACHINES: z.enum(['one', 'many'], 'one or many').optional(),
  /** What to do where the newest changes in the database cannot be read any more. */
  DAMAGED_LOG: z.enum(['stop', 'drop'], 'stop or drop').default('stop'),
  AGENT: z.enum(['claude', 'loopback'], 'claude or loopback').optional(),
  /** What Claude may use beyond its folder, if the person allows each use. */
  AGENT_TOOLS: z.string().default('').transform(names => names.split(',').map(name => name.trim()).filter(Boolean))
    .pipe(z.array(z.enum(['WebFetch', 'WebSearch', 'Bash']), 'a list of WebFetch, WebSearch and Bash')),
  /** Whoever shows it may read `/metrics`. */
  METRICS_KEY: z.string().regex(/^[\u0021-\u007E]{16,}$/, 'at least 16 characters long, of letters, digits and punctuation without spaces; "openssl rand -hex 24" makes one').optional(),
  /** US dollars that one answer of Claude may cost. */
  AGENT_BUDGET_USD: z.string().transform(Number).pipe(z.number('an amount in US dollars, like 0.50').positive('an amount in US dollars, like 0.50').max(1_000_000, 'an amount in US dollars, like 0.50')).optional(),
  ANTHROPIC_API_KEY: z.string().optional(),
  ANTHROPIC_BASE_URL: z.string().optional(),
  /** Characters of base64 up to which a picture is sent as it is. */
  IMAGE_BASE64_CHARS: number(IMAGE_BASE64_CHARS.least, IMAGE_BASE64_CHARS.most).default(LIMITS.imageBase64Chars),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'fatal, error, warn, info, debug, trace or silent').default('warn'),
})
export type Environment = z.infer<typeof Environment>

/** Whose value no sentence tells. */
const SECRETS = ['LINK_SECRET', 'METRICS_KEY']

/** Throws `StartError` that names the first variable whose value cannot be. An empty variable is one that is not set. */
export function readEnvironment(environment: NodeJS.ProcessEnv): Environment {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value))
  const { data, error } = Environment.safeParse(set)
  if (data)
    return data
  const name = String(error?.issues[0]?.path[0])
  const value = SECRETS.includes(name) ? '' : `is ${set[name]}, but `
  throw new StartError(`${name} ${value}must be ${error?.issues[0]?.message}.`)
}
