import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import path from 'node:path'
import { expect, test } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

const HOST = 'Host: localhost\r\n'
const CHUNKED = 'Transfer-Encoding: chunked\r\n'
const JSON_TYPE = 'Content-Type: application/json\r\n'

const get = (target: string, headers = HOST) => `GET ${target} HTTP/1.1\r\n${headers}\r\n`
const post = (headers: string, body = '') => `POST /api/sessions HTTP/1.1\r\n${HOST}${JSON_TYPE}${headers}\r\n${body}`
const long = (text: string) => `Content-Length: ${Buffer.byteLength(text, 'latin1')}\r\n`
/** A message as a form, whose body is what is said. */
const form = (body: string, type = 'multipart/form-data; boundary=b', length = long(body)) =>
  `POST /api/sessions/one/messages HTTP/1.1\r\n${HOST}Content-Type: ${type}\r\n${length}\r\n${body}`
const part = (disposition: string, value: string, boundary = 'b') => `--${boundary}\r\nContent-Disposition: ${disposition}\r\n\r\n${value}\r\n`
const named = (name: string, value: string) => part(`form-data; name="${name}"`, value)
const END = '--b--\r\n'
const times = (count: number, make: (i: number) => string) => Array.from({ length: count }, (_, i) => make(i)).join('')

/** What is sent, each character a byte. */
const SHAPES: Record<string, string> = {
  'a word': 'GARBAGE',
  'a word and a line': 'GARBAGE\r\n\r\n',
  'nothing but lines': '\r\n'.repeat(1000),
  'zeroes': '\0'.repeat(100),
  'a greeting of TLS': '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00FC\u0003\u0003',
  'a greeting of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a greeting of SSH': 'SSH-2.0-OpenSSH_9.9\r\n',
  'the line of a proxy': 'PROXY TCP4 203.0.113.1 203.0.113.2 1 2\r\nGET / HTTP/1.1\r\n\r\n',
  'a method alone': 'GET',
  'HTTP/0.9': 'GET /\r\n\r\n',
  'a version that is none': `GET / HTTP/9.9\r\n${HOST}\r\n`,
  'a version without a number': `GET / HTTP/one\r\n${HOST}\r\n`,
  'a method that is none': `STEAL / HTTP/1.1\r\n${HOST}\r\n`,
  'a method in small letters': `get / HTTP/1.1\r\n${HOST}\r\n`,
  'a line without an address': `GET  HTTP/1.1\r\n${HOST}\r\n`,
  'an address with a blank': get('/a b'),
  'an address with a zero': get('/a\0b'),
  'an address that never ends': get(`/${'x'.repeat(70_000)}`),
  'a tunnel': 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n',
  'TRACE': `TRACE / HTTP/1.1\r\n${HOST}\r\n`,
  'lines that end with LF alone': 'GET /healthz HTTP/1.1\nHost: localhost\n\n',
  'lines that end with CR alone': 'GET /healthz HTTP/1.1\rHost: localhost\r\r',
  'a header that ends with LF alone': 'GET /healthz HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n',

  'no host': get('/healthz', ''),
  'two hosts': get('/healthz', `${HOST}Host: 127.0.0.1\r\n`),
  'a foreign host': get('/healthz', 'Host: evil.example\r\n'),
  'a host that is an address with a path': get('/healthz', 'Host: localhost/../evil\r\n'),
  'a header without a colon': get('/healthz', `${HOST}nonsense\r\n`),
  'a header without a name': get('/healthz', `${HOST}: nonsense\r\n`),
  'a blank before the colon': get('/healthz', 'Host : localhost\r\n'),
  'a blank in a name': get('/healthz', `${HOST}X Y: z\r\n`),
  'a line that goes on in the next, before any header': `GET /healthz HTTP/1.1\r\n folded: yes\r\n${HOST}\r\n`,
  'a zero in a header': get('/healthz', `${HOST}X: a\0b\r\n`),
  'a zero in the name of a header': get('/healthz', `${HOST}X\0: a\r\n`),
  'an escape in a header': get('/healthz', `${HOST}X: \u001B[31m\r\n`),
  'a CR in a header': get('/healthz', `${HOST}X: a\rSet-Cookie: b\r\n`),
  'a header that never ends': get('/healthz', `${HOST}X: ${'y'.repeat(70_000)}\r\n`),
  'a name of a header that never ends': get('/healthz', `${HOST}${'y'.repeat(70_000)}: x\r\n`),
  'ten thousand headers': get('/healthz', HOST + times(10_000, i => `X-${i}: y\r\n`)),
  'headers that stop in the middle': 'GET /healthz HTTP/1.1\r\nHost: loc',

  'a negative length': post('Content-Length: -1\r\n', '{}'),
  'a length that is a word': post('Content-Length: two\r\n', '{}'),
  'a length in hexadecimal': post('Content-Length: 0x2\r\n', '{}'),
  'a length with a sign': post('Content-Length: +2\r\n', '{}'),
  'a length of nothing': post('Content-Length: \r\n', '{}'),
  'a length beyond all numbers': post('Content-Length: 99999999999999999999\r\n', '{}'),
  'a length beyond all memory': post('Content-Length: 9007199254740991\r\n', '{}'),
  'two lengths': post('Content-Length: 2\r\nContent-Length: 3\r\n', '{}'),
  'a list of lengths': post('Content-Length: 2, 3\r\n', '{}'),
  'a length and pieces': post(`Content-Length: 5\r\n${CHUNKED}`, '0\r\n\r\n'),
  'pieces and a length': post(`${CHUNKED}Content-Length: 5\r\n`, '0\r\n\r\n'),
  'fewer bytes than were announced': post('Content-Length: 100\r\n', '{}'),
  'pieces without a size': post(CHUNKED, 'zz\r\n{}\r\n0\r\n\r\n'),
  'a piece of a negative size': post(CHUNKED, '-2\r\n{}\r\n0\r\n\r\n'),
  'a piece of a size beyond all numbers': post(CHUNKED, 'fffffffffffffffff\r\n{}\r\n0\r\n\r\n'),
  'a piece longer than its size': post(CHUNKED, '1\r\n{}\r\n0\r\n\r\n'),
  'a piece with an extension that never ends': post(CHUNKED, `2;${'x'.repeat(70_000)}\r\n{}\r\n0\r\n\r\n`),
  'pieces without an end': post(CHUNKED, '2\r\n{}\r\n'),
  'a zero in the size of a piece': post(CHUNKED, '2\0\r\n{}\r\n0\r\n\r\n'),
  'an encoding that is none': post('Transfer-Encoding: xchunked\r\n', '2\r\n{}\r\n0\r\n\r\n'),
  'chunked behind which something else is encoded': post('Transfer-Encoding: chunked, gzip\r\n', '2\r\n{}\r\n0\r\n\r\n'),
  'chunked with a tab in front': post('Transfer-Encoding:\u000Bchunked\r\n', '2\r\n{}\r\n0\r\n\r\n'),
  'an expectation that nobody meets': post('Expect: the-unexpected\r\nContent-Length: 2\r\n', '{}'),
  'JSON that is packed': post(`Content-Encoding: gzip\r\n${long('\u001F\u008B\u0008\u0000')}`, '\u001F\u008B\u0008\u0000'),
  'JSON that is not UTF-8': post(long('{"title":"\u00FF\u00FE"'), '{"title":"\u00FF\u00FE"'),
  'JSON in JSON in JSON': post(long('['.repeat(100_000)), '['.repeat(100_000)),
  'two types': `POST /api/sessions HTTP/1.1\r\n${HOST}Content-Type: application/json, text/plain\r\nContent-Length: 2\r\n\r\n{}`,
  'a prototype instead of a body': post(long('{"__proto__":{"title":"x"}}'), '{"__proto__":{"title":"x"}}'),

  'an upgrade to nothing': get('/healthz', `${HOST}Connection: Upgrade\r\nUpgrade: \r\n`) + 'more',
  'an upgrade to HTTP/2': get('/ws', `${HOST}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n`),
  'a socket without a key': get('/ws', `${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n`),
  'a socket with a key that is none': get('/ws', `${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n`),
  'a socket of a version that is none': get('/ws', `${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 99\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n`),
  'a socket by POST': `POST /ws HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nContent-Length: 0\r\n\r\n`,

  'the address of another server': get('http://evil.example/healthz'),
  'an address without a slash': get('healthz'),
  'a star': get('*'),
  'an escape that is none': get('/api/sessions/%zz'),
  'half an escape': get('/api/sessions/%e'),
  'bytes that are not UTF-8': get('/api/sessions/%ff%fe'),
  'a slash that is longer than it must be': get('/api/attachments/..%c0%af..%c0%afetc%c0%afpasswd'),
  'half of a surrogate': get('/api/sessions/%ed%a0%80'),
  'an encoded zero': get('/api/sessions/one%00.json'),
  'the folder above': get('/../secret.txt'),
  'the folder above, encoded': get('/%2e%2e/secret.txt'),
  'the folder above, with its slash encoded': get('/assets/..%2f..%2fsecret.txt'),
  'the folder above, encoded twice': get('/assets/%252e%252e%252f%252e%252e%252fsecret.txt'),
  'the folder above, backwards': get('/assets/..%5c..%5csecret.txt'),
  'the folder above, behind a parameter': get('/assets/..;/..;/secret.txt'),
  'a file by its address': get('/file:///etc/passwd'),
  'a question that is asked twice': get('/api/search?q=one&q=two'),

  'a form without a boundary': form(named('content', 'hi') + END, 'multipart/form-data'),
  'a form with an empty boundary': form(`--\r\nContent-Disposition: form-data; name="content"\r\n\r\nhi\r\n----\r\n`, 'multipart/form-data; boundary='),
  'a form with another boundary': form(named('content', 'hi') + END, 'multipart/form-data; boundary=other'),
  'a form with a boundary that is too long': form(part('form-data; name="content"', 'hi', 'b'.repeat(5000)), `multipart/form-data; boundary=${'b'.repeat(5000)}`),
  'a form without an end': form(named('content', 'hi')),
  'a form of nothing': form(''),
  'a form of its end alone': form(END),
  'a form that ends in the headers of a part': form('--b\r\nContent-Disposition: form-data; na'),
  'a form that ends in a file': form(`--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nhello`),
  'a part without a name': form(part('form-data', 'hi') + END),
  'a part without a disposition': form(`--b\r\nX: y\r\n\r\nhi\r\n${END}`),
  'a part that is an attachment': form(part('attachment; name="content"', 'hi') + END),
  'a part called __proto__': form(named('__proto__', 'hi') + END),
  'a part called constructor': form(named('constructor', 'hi') + END),
  'a part whose name never ends': form(named('n'.repeat(70_000), 'hi') + END),
  'a part whose headers never end': form(`--b\r\nX: ${'y'.repeat(100_000)}\r\nContent-Disposition: form-data; name="content"\r\n\r\nhi\r\n${END}`),
  'a part with a zero in its name': form(named('con\0tent', 'hi') + END),
  'a form in a form': form(`--b\r\nContent-Disposition: form-data; name="files"\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Disposition: file; filename="a.txt"\r\n\r\nhi\r\n--c--\r\n${END}`),
  'a form with a thousand parts': form(times(1000, i => named(`f${i}`, 'x')) + END),
  'a form with a hundred and two files': form(times(102, i => part(`form-data; name="files"; filename="${i}.txt"`, 'x')) + END),
  'a form longer than was announced': form(named('content', 'hi') + END, undefined, 'Content-Length: 20\r\n'),
  'a form shorter than was announced': form(named('content', 'hi') + END, undefined, 'Content-Length: 2000\r\n'),
  'a form in pieces that never end': form(`5\r\n--b\r\n\r\n`, undefined, CHUNKED),
  'a form where there is none': `POST /api/sessions HTTP/1.1\r\n${HOST}Content-Type: multipart/form-data; boundary=b\r\n${long(END)}\r\n${END}`,
  'a form of text': form(named('content', 'hi') + END, 'multipart/mixed; boundary=b'),
}

/** Whoever sent these sends nothing more. */
const CUT_OFF = new Set(['a word', 'nothing but lines', 'a method alone', 'headers that stop in the middle', 'a greeting of TLS', 'HTTP/0.9'])

/** That is longer than any of these waits for anything, even on a machine that is busy. */
const HANGS_MS = 20_000

function isWhole(answer: string) {
  const [head = '', ...body] = answer.split('\r\n\r\n')
  const [, length] = /^content-length: (\d+)/im.exec(head) ?? []
  return length === undefined ? answer.endsWith('\r\n0\r\n\r\n') : body.join('\r\n\r\n').length >= Number(length)
}

/** @returns what is answered until the server closes, or has answered all there was; undefined where it does neither */
function send(url: string, shape: string, { isCutOff = false, isOver = isWhole } = {}): Promise<string | undefined> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    let said = ''
    const socket = connect(Number(port), hostname)
    socket.setTimeout(HANGS_MS, () => {
      resolve(undefined)
      socket.destroy()
    })
    socket.on('data', (data: Buffer) => {
      said += data.toString('latin1')
      if (isOver(said))
        socket.destroy()
    })
    socket.on('error', () => undefined) // it was closed while this was still being sent
    socket.on('close', () => resolve(said))
    socket.write(shape, 'latin1')
    if (isCutOff)
      socket.end()
  })
}

/** What is wrong with the answer, or nothing. */
function faultOf(answer: string | undefined): string | undefined {
  if (answer === undefined)
    return 'it hangs'
  const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
  if (statuses.some(status => status < 400 || status >= 500))
    return `it is answered with ${statuses.join(', ')}`
  return /node_modules|topsecret|^\s+at /m.test(answer) ? 'it is told of the inside' : undefined
}

test('HTTP that is broken in any of a hundred ways is refused or closed, and after each the next request and the next message work', async () => {
  const folder = await temporaryFolder()
  const clientFolder = path.join(folder, 'client')
  await mkdir(path.join(clientFolder, 'assets'), { recursive: true })
  await writeFile(path.join(clientFolder, 'index.html'), 'the app')
  await writeFile(path.join(folder, 'secret.txt'), 'topsecret')
  const { agent, turns } = instantAgent()
  const server = await openServer({ agent, clientFolder, bodyLimits: { strangersMs: 150, accountsMs: 150 } })
  await server.request('/api/sessions', json({ id: 'one' }))
  const shapes = Object.entries(SHAPES)
  const wrong: string[] = []

  for (const [name, shape] of shapes) {
    const fault = faultOf(await send(server.url, shape, { isCutOff: CUT_OFF.has(name) }))
    const next = [await server.request('/api/sessions/one'), await server.request('/api/sessions/one/messages', json({ content: name }))]
    const works = next.map(({ status }) => status).join() === '200,202'
    wrong.push(...fault ? [`${name}: ${fault}`] : [], ...works ? [] : [`${name}: what comes after it does not work`])
  }

  expect(wrong).toEqual([])
  expect(shapes.length).toBeGreaterThan(100)
  expect(await server.sessions()).toHaveLength(1)
  await eventually(() => turns.length).toBe(shapes.length)
}, 120_000)

test('requests that come before the one before them is answered are answered in their order, and what is broken behind them ends the connection', async () => {
  const server = await openServer()

  const answer = await send(server.url, get('/healthz') + get('/nowhere') + get('/healthz', `${HOST}Connection: close\r\n`), { isOver: () => false })
  const broken = await send(server.url, `${get('/healthz')}GARBAGE\r\n\r\n`, { isOver: () => false })

  expect([...answer?.matchAll(/HTTP\/1\.1 (\d{3}) /g) ?? []].map(([, status]) => status)).toEqual(['200', '404', '200'])
  expect(broken).toMatch(/ 400 /)
})
