import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'

// What whoever runs Satchel is told, and given to run it with.

const root = path.resolve(import.meta.dirname, '../..')
const read = (file: string) => readFile(path.join(root, file), 'utf8')

/** Licences that allow everything but to leave their own text away. */
const PERMISSIVE = /^\(?(?:MIT|ISC|BSD|Apache-2|0BSD|CC0|BlueOak|Unlicense|PSF|Python|Zlib)/
/** Comes with the app, though only the build needs the package. */
const BUNDLED = ['heic-to']
/** Under what name README speaks of a package. */
const NAMES: [RegExp, string][] = [[/sharp-libvips/, 'libvips'], [/claude-agent-sdk/, 'Claude Agent SDK'], [/heic-to/, 'heic-to']]

test('every setting that the server reads is explained in README', async () => {
  const source = await read('src/server/config/environment.ts')
  const [, schema = ''] = /const Environment = z\.object\(\{([\s\S]*?)\n\}\)/.exec(source) ?? []
  const settings = [...schema.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name]) => name ?? '')
  const readme = await read('README.md')

  expect(settings.length).toBeGreaterThan(15)
  expect([...settings, 'API_KEYS', 'API_KEYS_FILE', 'BLOB_STORE', 'DATABASE_URL', 'TRUST_PROXY'].filter(name => !readme.includes(`\`${name}\``))).toEqual([])
})

test('README names every licence of what is used that is not permissive', async () => {
  const { packages } = JSON.parse(await read('package-lock.json')) as { packages: Record<string, { license?: string, dev?: boolean }> }
  const [, section = ''] = /## Licence\n([\s\S]*)/.exec(await read('README.md')) ?? []
  const demanding = Object.entries(packages)
    .filter(([place, { license = '', dev }]) => place && (!dev || BUNDLED.includes(path.basename(place))) && !PERMISSIVE.test(license))
    .map(([place]) => place)

  expect(demanding.length).toBeGreaterThan(2)
  const unnamed = demanding.filter(place => !NAMES.some(([fits, name]) => fits.test(place) && section.includes(name)))
  expect(unnamed).toEqual([])
  for (const word of ['LGPL', 'own terms'])
    expect(section).toContain(word)
})

test('no secrets of whoever builds the image get into it, where their environment lies beside what is built', async () => {
  const ignored = (await read('.dockerignore')).split('\n')
  expect(ignored).toEqual(expect.arrayContaining(['data', '.env', 'docs/.env'])) // docs/compose.yaml reads the latter
})

test('the image and the unit run it as nobody special, and look whether it is well', async () => {
  const [image, unit] = [await read('Dockerfile'), await read('docs/satchel.service')]
  const last = image.slice(image.lastIndexOf('\nFROM '))

  expect(last).toMatch(/^USER node$/m)
  expect(last).toMatch(/^HEALTHCHECK .*\/readyz/m)
  expect(last.indexOf('\nUSER node')).toBeLessThan(last.indexOf('\nCMD '))
  expect(unit).toMatch(/^DynamicUser=yes$/m)
  expect(unit).toMatch(/^NoNewPrivileges=yes$/m)
  expect(unit).toMatch(/^ExecStartPost=.*\/readyz/m)
  expect(unit).toMatch(/^MemoryMax=/m)
})
