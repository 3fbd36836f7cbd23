import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { readConfig } from '../../src/server/config/config.ts'
import { StartError } from '../../src/server/errors/startError.ts'

test.each([
  [{ HOST: '0.0.0.0' }, /^HOST is 0\.0\.0\.0, which other machines could reach\./],
  [{ HOST: '192.168.1.2' }, /^HOST is 192\.168\.1\.2/],
  [{ API_KEYS: 'secret' }, /^API_KEYS: entry 1 is not of the form key:tenant:user\.$/],
  [{ API_KEYS: 'k:t:u,' }, /^API_KEYS: entry 2 is not of the form/],
  [{ API_KEYS: 'k:t:u:x' }, /^API_KEYS: entry 1 is not of the form/],
  [{ API_KEYS: 'k::u' }, /^API_KEYS: entry 1 is not of the form/],
  [{ API_KEYS: 'grün:t:u' }, /^API_KEYS: the key of entry 1 has characters/],
  [{ API_KEYS: 'k:../t:u' }, /^API_KEYS: the tenant of entry 1/],
  [{ API_KEYS: 'k:t:u,l:t:u,k:other:v' }, /^API_KEYS: entries 1 and 3 have the same key/],
  [{ API_KEYS: 'secret:t:u', HOST: '0.0.0.0' }, /^API_KEYS: the key of entry 1 is too short\./],
  [{ DATABASE_URL: 'mysql://x' }, /^DATABASE_URL must be the address of a PostgreSQL database/],
  [{ DATABASE_URL: 'satchel' }, /^DATABASE_URL must be the address/],
  [{ BLOB_STORE: 'gs://bucket' }, /^BLOB_STORE is neither a folder nor an address of S3\. Write it like s3:/],
  [{ BLOB_STORE: 's3://?region=x' }, /^BLOB_STORE is neither a folder|^BLOB_STORE names no bucket/],
  [{ BLOB_STORE: 's3://Big_Bucket?region=x' }, /^BLOB_STORE names no bucket that could exist/],
  [{ BLOB_STORE: 's3://bucket' }, /^BLOB_STORE names no region/],
  [{ BLOB_STORE: 's3://bucket?regoin=eu' }, /^BLOB_STORE has a parameter “regoin”/],
  [{ BLOB_STORE: 's3://bucket?endpoint=s3.example.com' }, /^BLOB_STORE has an endpoint that is not an http/],
  [{ PORT: 'many' }, /^PORT is many, but must be a number/],
  [{ PORT: '70000' }, /^PORT is 70000/],
  [{ AGENT: 'parrot' }, /^AGENT is parrot, but must be claude or loopback/],
  [{ IMAGE_BASE64_CHARS: '10' }, /^IMAGE_BASE64_CHARS is 10, but must be a number from 400000 to 6990508/],
  [{ IMAGE_BASE64_CHARS: '6990509' }, /^IMAGE_BASE64_CHARS/],
  [{ MACHINES: 'many' }, /^MACHINES is many, but the rows lie in DATA_DIR/],
  [{ MACHINES: 'many', DATABASE_URL: 'postgres://x/y' }, /^MACHINES is many, but the files lie in DATA_DIR/],
  [{ AGENT: 'claude' }, /^AGENT is claude, which needs a key/],
  [{ METRICS_KEY: 'fifteen-letters' }, /^METRICS_KEY must be at least 16 characters long/],
  [{ METRICS_KEY: 'sixteen letters and spaces' }, /^METRICS_KEY must be at least 16 characters long/],
  [{ LINK_SECRET: 'short' }, /^LINK_SECRET must be at least 32 characters long/],
  [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL is loud, but must be fatal, error, warn, info, debug, trace or silent\.$/],
  [{ TRUST_PROXY: 'loopback', API_KEYS: 'secret:t:u' }, /^API_KEYS: the key of entry 1 is too short\./],
])('a setting that cannot be is refused in a sentence: %o', (environment, sentence) => {
  expect(() => readConfig(environment)).toThrow(StartError)
  expect(() => readConfig(environment)).toThrow(sentence)
})

test('without any setting it listens on this machine only, keeps its data beside it, and needs no key', () => {
  expect(readConfig({})).toMatchObject({ host: '127.0.0.1', port: 3500, dataFolder: path.resolve('data'), agent: 'loopback' })
})

test('no sentence about the keys tells one', () => {
  for (const value of ['hunter2hunter2', 'hunter2hunter2:../t:u', 'hunter2hunter2:t:u,hunter2hunter2:t:v'])
    expect(() => readConfig({ API_KEYS: value, HOST: '0.0.0.0' })).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }))
})

test('no sentence about what must stay secret tells it', () => {
  for (const name of ['METRICS_KEY', 'LINK_SECRET'])
    expect(() => readConfig({ [name]: 'hunter2' })).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }))
})

test('behind a proxy on this machine a server without keys starts as before, and short keys only count where nobody else comes', () => {
  expect(readConfig({ TRUST_PROXY: 'loopback' })).toMatchObject({ host: '127.0.0.1', apiKeys: [], trustProxy: ['loopback'] })
  expect(readConfig({ API_KEYS: 'secret:t:u' }).apiKeys).toHaveLength(1)
  expect(readConfig({ TRUST_PROXY: 'loopback', API_KEYS: `${'a'.repeat(16)}:t:u` }).apiKeys).toHaveLength(1)
})

test('with keys other machines may be served', () => {
  const { host, apiKeys } = readConfig({ HOST: '0.0.0.0', API_KEYS: `${'a'.repeat(16)}:shop:ann@example.com, ${'b'.repeat(16)}:shop:Bob B` })

  expect(host).toBe('0.0.0.0')
  expect(apiKeys.map(({ account }) => account)).toEqual([{ tenant: 'shop', user: 'ann@example.com' }, { tenant: 'shop', user: 'Bob B' }])
  expect(JSON.stringify(apiKeys)).not.toContain('aaaa')
})

test('a key is enough for Claude to answer, and an empty setting is none', () => {
  expect(readConfig({ ANTHROPIC_API_KEY: 'sk' })).toMatchObject({ agent: 'claude', anthropicApiKey: 'sk' })
  expect(readConfig({ ANTHROPIC_API_KEY: '', PORT: '', API_KEYS: '' })).toMatchObject({ agent: 'loopback', port: 3500 })
  expect(readConfig({ ANTHROPIC_API_KEY: 'sk', AGENT: 'loopback' })).toMatchObject({ agent: 'loopback' })
})

test('how large a picture may be can be set', () => {
  expect(readConfig({})).toMatchObject({ imageBase64Chars: 5_242_880 })
  expect(readConfig({ IMAGE_BASE64_CHARS: '6000000' })).toMatchObject({ imageBase64Chars: 6_000_000 })
  expect(() => readConfig({ IMAGE_BASE64_CHARS: '12' })).toThrow(/IMAGE_BASE64_CHARS/)
})

test('what one account and all may have open, send and ask at a time can be set', () => {
  const set = { SOCKETS: '10', SOCKETS_PER_ACCOUNT: '2', FRAME_BYTES: '200000000', FRAME_BYTES_PER_ACCOUNT: '60000000', TURNS: '3', TURNS_PER_TENANT: '1', TURN_MINUTES: '5' }
  expect(readConfig(set).serverLimits).toMatchObject({ sockets: 10, socketsPerAccount: 2, frameBytes: 200_000_000, frameBytesPerAccount: 60_000_000, turns: 3, turnsPerTenant: 1, turnMs: 300_000 })
  expect(() => readConfig({ FRAME_BYTES_PER_ACCOUNT: '1000' })).toThrow(/^FRAME_BYTES_PER_ACCOUNT is 1000, but must be a number from 50331648 on/)
})

test('a bucket is named with where it is, and its credentials never', () => {
  const storeOf = (BLOB_STORE: string, more = {}) => readConfig({ BLOB_STORE, ...more }).blobStore

  expect(storeOf('s3://bucket?endpoint=http://127.0.0.1:9000&region=eu-1')).toEqual({ kind: 's3', s3: { bucket: 'bucket', prefix: '', endpoint: 'http://127.0.0.1:9000', region: 'eu-1' } })
  expect(storeOf('s3://bucket/team/files/', { AWS_REGION: 'eu-2' })).toEqual({ kind: 's3', s3: { bucket: 'bucket', prefix: 'team/files/', endpoint: undefined, region: 'eu-2' } })
  expect(storeOf('/srv/satchel')).toEqual({ kind: 'folder', folder: path.resolve('/srv/satchel') })
  expect(readConfig({ DATA_DIR: '/data' }).blobStore).toEqual({ kind: 'folder', folder: path.resolve('/data/attachments') })
  expect(() => storeOf('s3://AKIA:secret@bucket')).toThrow(/^BLOB_STORE holds credentials/)
  expect(() => storeOf('s3://AKIA:secret@bucket')).not.toThrow(/secret@/)
})

describe('docs/compose.yaml', () => {
  interface Service { image?: string, build?: string, environment?: Record<string, string>, ports?: string[], volumes?: string[], depends_on?: object, configs?: { source: string }[] }

  async function readCompose() {
    const folder = path.resolve(import.meta.dirname, '../..')
    const [yaml, dockerfile, readme] = await Promise.all(['docs/compose.yaml', 'Dockerfile', 'README.md'].map(name => readFile(path.join(folder, name), 'utf8')))
    const compose = parseYaml(yaml!, { merge: true }) as { services: Record<string, Service>, volumes: object, configs: Record<string, { content: string }> }
    return { ...compose, dockerfile: dockerfile!, readme: readme! }
  }

  test('starts two servers that share what they must, with variables that there are, and a balancer that finds them', async () => {
    const { services, volumes, configs, dockerfile, readme } = await readCompose()
    const servers = Object.entries(services).filter(([, { image }]) => image === 'satchel')
    const port = /PORT=(\d+)/.exec(dockerfile)![1]!
    expect(servers).toHaveLength(2)
    for (const [name, { environment = {}, volumes = [], build }] of servers) {
      const set = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value.replace(/\$\{(\w+):[?-].*?\}/g, (_, name: string) => name === 'API_KEYS' ? 'a-long-key-for-ann:acme:Ann' : name === 'ANTHROPIC_API_KEY' ? '' : 'secret')]))
      expect(readConfig({ ...set, HOST: '0.0.0.0', DATA_DIR: '/data' })).toMatchObject({ machines: 'many', databaseUrl: 'postgres://satchel:secret@postgres:5432/satchel', blobStore: { kind: 's3', s3: { bucket: 'satchel', endpoint: 'http://s3:9000' } }, trustProxy: ['10.77.35.0/24'] })
      for (const variable of Object.keys(environment))
        expect(readme).toContain(`\`${variable}\``)
      expect(volumes).toEqual([`${name}:${/VOLUME (\S+)/.exec(dockerfile)![1]}`]) // a folder of its own
      expect(build).toBe('..')
      expect(configs.caddyfile!.content).toContain(`${name}:${port}`)
    }
    for (const { depends_on = {}, volumes: used = [] } of Object.values(services)) {
      for (const name of Array.isArray(depends_on) ? depends_on as string[] : Object.keys(depends_on))
        expect(Object.keys(services)).toContain(name)
      for (const volume of used)
        expect(Object.keys(volumes)).toContain(volume.split(':')[0])
    }
    expect(configs.caddyfile!.content).toContain('health_uri /readyz')
    expect(services.balancer!.ports).toEqual([`${port}:${port}`])
    expect(services.balancer!.configs![0]!.source).toBe('caddyfile')
  })
})

test('several servers share what can be shared, and a second one is kept off what cannot', () => {
  const [DATABASE_URL, BLOB_STORE] = ['postgres://x/y', 's3://bucket?region=x']
  const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }
  expect(readConfig({}).machines).toBe('one')
  expect(readConfig({ DATABASE_URL }).machines).toBe('one')
  expect(readConfig({ BLOB_STORE, ...keys }).machines).toBe('one')
  expect(readConfig({ DATABASE_URL, BLOB_STORE, ...keys }).machines).toBe('many')
  expect(readConfig({ DATABASE_URL, BLOB_STORE, ...keys, MACHINES: 'one' }).machines).toBe('one')
})
