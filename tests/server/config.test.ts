import path from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from '../../src/server/config.ts'
import { StartError } from '../../src/server/startError.ts'

test.each([
  [{ HOST: '0.0.0.0' }, /^HOST is 0\.0\.0\.0, which other machines could reach\./],
  [{ HOST: '192.168.1.2' }, /^HOST is 192\.168\.1\.2/],
  [{ API_KEYS: 'k:t:u' }, /^API_KEYS is set, but this version/],
  [{ DATABASE_URL: 'postgres://x' }, /^DATABASE_URL is set, but this version/],
  [{ BLOB_STORE: 's3://x' }, /^BLOB_STORE is set, but this version/],
  [{ PORT: 'many' }, /^PORT is many, but must be a number/],
  [{ PORT: '70000' }, /^PORT is 70000/],
  [{ AGENT: 'parrot' }, /^AGENT is parrot, but must be claude or loopback/],
  [{ IMAGE_BASE64_CHARS: '10' }, /^IMAGE_BASE64_CHARS is 10, but must be a number from 400000 to 6990508/],
  [{ IMAGE_BASE64_CHARS: '6990509' }, /^IMAGE_BASE64_CHARS/],
  [{ AGENT: 'claude' }, /^AGENT is claude, which needs a key/],
])('a setting that cannot be is refused in a sentence: %o', (environment, sentence) => {
  expect(() => readConfig(environment)).toThrow(StartError)
  expect(() => readConfig(environment)).toThrow(sentence)
})

test('without any setting it listens on this machine only, keeps its data beside it, and needs no key', () => {
  expect(readConfig({})).toMatchObject({ host: '127.0.0.1', port: 3500, dataFolder: path.resolve('data'), agent: 'loopback' })
})

test('a key is enough for Claude to answer, and an empty setting is none', () => {
  expect(readConfig({ ANTHROPIC_API_KEY: 'sk' })).toMatchObject({ agent: 'claude', anthropicApiKey: 'sk' })
  expect(readConfig({ ANTHROPIC_API_KEY: '', PORT: '', API_KEYS: '' })).toMatchObject({ agent: 'loopback', port: 3500 })
  expect(readConfig({ ANTHROPIC_API_KEY: 'sk', AGENT: 'loopback' })).toMatchObject({ agent: 'loopback' })
})

test('how large a picture may be can be set', () => {
  expect(readConfig({})).toMatchObject({ imageBase64Chars: 5_242_880 })
  expect(readConfig({ IMAGE_BASE64_CHARS: '6000000' })).toMatchObject({ imageBase64Chars: 6_000_000 })
})
