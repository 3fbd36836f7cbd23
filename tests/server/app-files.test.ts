import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'

async function openWithApp() {
  const clientFolder = await temporaryFolder()
  await mkdir(path.join(clientFolder, 'assets'))
  await writeFile(path.join(clientFolder, 'index.html'), '<title>Satchel</title>')
  await writeFile(path.join(clientFolder, 'assets', 'index-abc123.js'), 'console.log(1)')
  await writeFile(path.join(clientFolder, 'assets', 'pdf.worker.min-abc123.mjs'), 'console.log(2)')
  await writeFile(path.join(clientFolder, 'favicon.svg'), '<svg/>')
  await writeFile(path.join(clientFolder, '.secret'), 'x')
  return openServer({ clientFolder })
}

test('the app is served at its own address and at that of every session, always fresh', async () => {
  const server = await openWithApp()

  for (const address of ['/', '/session/one', '/session/4d7e?x=1']) {
    const response = await server.request(address)
    expect([response.status, await response.text()], address).toEqual([200, '<title>Satchel</title>'])
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
  }
})

test('the app’s page may load nothing from anywhere else, and is not sent to https', async () => {
  const { headers } = await (await openWithApp()).request('/')

  const policy = headers.get('content-security-policy')!.split(';')
  expect(policy).toEqual(expect.arrayContaining([
    'default-src \'self\'',
    'script-src \'self\'',
    'worker-src \'self\' blob:',
    'img-src \'self\' blob: data:',
    'object-src \'none\'',
    'base-uri \'none\'',
    'frame-ancestors \'none\'',
  ]))
  expect(policy).not.toContain('upgrade-insecure-requests')
  expect(headers.get('strict-transport-security')).toBeNull()
})

test('only the thread that draws PDFs may compile WebAssembly, for the decoders of their pictures', async () => {
  const server = await openWithApp()
  const policyOf = async (address: string) => (await server.request(address)).headers.get('content-security-policy')

  expect(await policyOf('/assets/pdf.worker.min-abc123.mjs')).toContain('script-src \'self\' \'wasm-unsafe-eval\'')
  for (const address of ['/', '/assets/index-abc123.js'])
    expect(await policyOf(address)).not.toContain('wasm')
})

test('what the build named by its content is kept for good, the rest is asked for again', async () => {
  const server = await openWithApp()

  expect((await server.request('/assets/index-abc123.js')).headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect((await server.request('/favicon.svg')).headers.get('cache-control')).toBe('no-cache')
})

test('nothing else is served: no page for the API, no hidden file, nothing outside', async () => {
  const server = await openWithApp()

  for (const address of ['/api/nowhere', '/assets/gone.js', '/.secret', '/..%2f..%2fetc%2fpasswd', '/session/one/more']) {
    const response = await server.request(address)
    expect([response.status, response.headers.get('content-type')], address).toEqual([expect.toSatisfy(status => status >= 400 && status < 500), 'application/problem+json'])
  }
})

test('a person who follows a wrong link gets the app, which says so; programs get a problem', async () => {
  const server = await openWithApp()
  const ask = (address: string, init?: RequestInit) => server.request(address, { ...init, headers: { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' } })

  for (const address of ['/nothing/here', '/session/one/more', '/.secret', '/apis']) {
    const response = await ask(address)
    expect([response.status, await response.text()], address).toEqual([404, '<title>Satchel</title>'])
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    expect(response.headers.get('content-security-policy')).toContain('default-src')
  }
  for (const [address, init] of [['/api/nowhere'], ['/api'], ['/assets/gone.js'], ['/nothing/here', { method: 'POST' }]] as [string, RequestInit?][])
    expect((await ask(address, init)).headers.get('content-type'), address).toBe('application/problem+json')
  expect((await server.request('/nothing/here')).headers.get('content-type')).toBe('application/problem+json')
})

test('an app that is not built yet says how to build it', async () => {
  const server = await openServer({ clientFolder: path.join(await temporaryFolder(), 'nothing') })

  const response = await server.request('/')

  expect([response.status, response.headers.get('content-type')]).toEqual([503, 'text/plain; charset=utf-8'])
  expect(await response.text()).toContain('npm run build')
})
