import type { FastifyInstance } from 'fastify'
import path from 'node:path'
import { chooseAgent } from './agents/choice/chooseAgent.ts'
import { buildApp } from './app.ts'
import { LIMITS } from '../shared/attachments.ts'
import { readConfig, type Config } from './config/config.ts'
import { errorCode } from './errors/problems.ts'
import { keepHeapSmall } from './memoryLimit.ts'
import { exitOnSignals } from './signals.ts'
import { StartError } from './errors/startError.ts'

// The same from src/server, where a developer runs it, and from dist/server, where the build puts it.
const CLIENT_FOLDER = path.resolve(import.meta.dirname, '../../dist/client')

/** Wherever a part of the server would log a request's headers. */
const SECRETS = ['', '*.', '*.*.'].flatMap(place => ['authorization', 'cookie', '["set-cookie"]'].map(name => `${place}headers${name.startsWith('[') ? '' : '.'}${name}`))

async function start() {
  keepHeapSmall()
  process.umask(0o077) // what it writes is for nobody else's eyes, also where the data folder was made by somebody else
  const config = readConfig(process.env)
  const agent = await chooseAgent(config)
  const app = await buildApp({
    dataFolder: config.dataFolder,
    databaseUrl: config.databaseUrl,
    machines: config.machines,
    linkSecret: config.linkSecret,
    blobStore: config.blobStore,
    agent,
    limits: { ...LIMITS, imageBase64Chars: config.imageBase64Chars },
    apiKeys: config.apiKeys,
    keysFile: config.keysFile,
    rateLimit: config.rateLimit,
    metricsKey: config.metricsKey,
    quotaBytes: config.quotaBytes,
    damagedLog: config.damagedLog,
    trustProxy: config.trustProxy,
    serverLimits: config.serverLimits,
    clientFolder: CLIENT_FOLDER,
    logger: { level: config.logLevel, redact: SECRETS },
    tell: console.error,
  })
  exitOnSignals(app)
  try {
    await app.listen({ host: config.host, port: config.port })
  }
  catch (error) {
    await app.close()
    throw errorCode(error) === 'EADDRINUSE'
      ? new StartError(`Port ${config.port} is already in use. Stop what runs there, or set PORT to another one.`)
      : error
  }
  console.log(`Satchel is at http://${hostOf(config)}:${portOf(app)}\n${agent.description}`)
}

const hostOf = ({ host }: Config) => host.includes(':') ? `[${host}]` : host

/** The real one, where 0 let the system choose. */
function portOf(app: FastifyInstance) {
  const address = app.server.address()
  return typeof address === 'object' ? address?.port : address
}

try {
  await start()
}
catch (error) {
  console.error(error instanceof StartError ? error.message : error)
  process.exit(error instanceof StartError ? error.exitCode : 1)
}
