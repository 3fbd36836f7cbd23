import path from 'node:path'
import { StartError } from '../../errors/startError.ts'

export interface S3Address {
  bucket: string
  /** Before every key: empty, or ending in `/`. */
  prefix: string
  /** Of a server of one's own; AWS itself where there is none. */
  endpoint?: string
  region: string
}

export type BlobAddress = { kind: 'folder', folder: string } | { kind: 's3', s3: S3Address }

const PARAMETERS = ['endpoint', 'region']
const EXAMPLE = 's3://bucket?endpoint=https://s3.example.com&region=eu-central-1'

/** `s3://bucket/folder?endpoint=...&region=...`, or a folder of this machine. Throws `StartError` with what to change. */
export function readBlobAddress(value: string, environment: NodeJS.ProcessEnv): BlobAddress {
  if (!/^\w+:\/\//.test(value))
    return { kind: 'folder', folder: path.resolve(value) }
  if (!value.startsWith('s3://') || !URL.canParse(value))
    throw wrong('is neither a folder nor an address of S3')

  const address = new URL(value)
  refuseUnknownParts(address)
  return { kind: 's3', s3: { bucket: bucketOf(address), prefix: prefixOf(address), ...whereOf(address, environment) } }
}

function refuseUnknownParts({ username, password, searchParams }: URL) {
  if (username || password)
    throw wrong('holds credentials, which logs would show: give them as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead')
  const unknown = [...searchParams.keys()].find(name => !PARAMETERS.includes(name))
  if (unknown !== undefined)
    throw wrong(`has a parameter “${unknown}”, but only ${PARAMETERS.join(' and ')} are known`)
}

function bucketOf({ hostname, port }: URL) {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(hostname) || port)
    throw wrong('names no bucket that could exist: 3 to 63 lower-case letters, digits, dots and hyphens')
  return hostname
}

function prefixOf({ pathname }: URL) {
  const folder = decodeURIComponent(pathname).replace(/^\/+|\/+$/g, '')
  return folder && `${folder}/`
}

function whereOf({ searchParams }: URL, environment: NodeJS.ProcessEnv) {
  const endpoint = searchParams.get('endpoint') || undefined
  if (endpoint !== undefined && !/^https?:\/\/[^/]/.test(endpoint))
    throw wrong('has an endpoint that is not an http or https address')
  const region = searchParams.get('region') || environment.AWS_REGION || environment.AWS_DEFAULT_REGION || (endpoint && 'us-east-1')
  if (!region)
    throw wrong('names no region, which AWS needs')
  return { endpoint, region }
}

/** Without the value: it may hold a secret that somebody put in the wrong place. */
const wrong = (reason: string) => new StartError(`BLOB_STORE ${reason}. Write it like ${EXAMPLE}, or leave it out to keep attachments in DATA_DIR.`)
