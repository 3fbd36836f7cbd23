import { readFile } from 'node:fs/promises'
import path from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { CreatedSharedLink, SharedLinks } from '../../src/shared/protocol/sharedLink.ts'
import { textsOfPage } from '../../src/server/http/outside/readersMarkdown.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { ANN, bearer, openServer, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { base64, file, form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

async function open({ answer }: { answer?: string } = {}) {
  const server = await openServer({ agent: instantAgent(answer).agent, apiKeys: TWO_TENANTS })
  server.as(ANN)
  await server.request('/api/sessions', json({ id: 'plans', title: '<b>Plans</b>' }))
  await server.request('/api/sessions', json({ id: 'other' }))
  await server.request('/api/sessions/plans/messages', form({ content: '<script>alert(1)</script> of ours' }, [file('a"<b>.png', pngBytes())]))
  await server.request('/api/sessions/other/messages', form({ content: 'a secret' }, [file('secret.txt', Buffer.from('secret'))]))
  for (const id of ['plans', 'other'])
    await eventually(() => server.messages(id)).toMatchObject([{}, { status: 'complete' }])
  const { link, url } = await (await server.request('/api/sessions/plans/links', json({ days: 3 }))).json() as CreatedSharedLink
  const links = async () => (await server.json<SharedLinks>('/api/sessions/plans/links')).links
  /** As anybody. */
  const see = (address: string) => fetch(server.url + address)
  return { ...server, link, address: url, links, see }
}

test('who has the link reads the conversation with its files, and nothing in it runs', async () => {
  const { see, address } = await open()

  const response = await see(address)
  const page = await response.text()
  expect(response.status).toBe(200)
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; of ours')
  expect(page).toContain('<h1 dir="auto">&lt;b&gt;Plans&lt;/b&gt;</h1>')
  expect(page).toContain('aria-label="Agent"')
  expect(page.replace(/<script>for\(const time of [^<]*<\/script>/, '')).not.toMatch(/<script|<b>|onerror=/)
  expect(page).not.toContain(ANN)
  expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; img-src 'self'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/)
  expect(response.headers.get('x-robots-tag')).toBe('noindex, nofollow')
  expect(response.headers.get('cache-control')).toBe('private, no-store')
  expect(response.headers.getSetCookie()).toEqual([])

  const [, source] = /<img src="([^"]+)"/.exec(page)!
  const picture = await see(source!)
  expect(Buffer.from(await picture.arrayBuffer()).equals(pngBytes())).toBe(true)
  expect(picture.headers.get('content-security-policy')).toContain('sandbox')
})

test('people outside see lists of what is done and to do as in the app', async () => {
  const { see, address } = await open({ answer: '- [x] read <b>\n- [ ] written\n- [y] neither' })
  const page = await (await see(address)).text()

  expect(page).toContain('<li class="task"><input type="checkbox" disabled checked aria-label="Done">read &lt;b&gt;</li>')
  expect(page).toContain('<li class="task"><input type="checkbox" disabled aria-label="To do">written</li>')
  expect(page).toContain('<li>[y] neither</li>')
})

test('people outside read formulas and footnotes as such, without a script or a style of their own, and what is no formula as it was written', async () => {
  const { see, address } = await open({ answer: 'As $$n$$ grows[^1], \\(\\frac{a}{b}\\) does not.\n\n$$\nx^2 < \\color{red}{y}\n$$\n\nIt costs $5, and $$\\frac{$$ is broken.\n\n[^1]: Or *shrinks*.' })
  const page = await (await see(address)).text()

  expect(page).toMatch(/As <span class="katex"><math xmlns="http:\/\/www.w3.org\/1998\/Math\/MathML"><semantics><mrow><mi>n<\/mi><\/mrow>.*?<\/span> grows/)
  expect(page).toContain('<mfrac><mi>a</mi><mi>b</mi></mfrac>')
  expect(page.match(/<math [^>]*display="block">/g)).toHaveLength(1)
  expect(page).toContain('It costs $5, and <span class="math" data-formula="\\frac{">$$\\frac{$$</span> is broken.')
  const [, id] = /grows<sup class="footnote-mention"><a href="#(fn-[\w-]+)"/.exec(page)!
  expect(page).toContain(`<div class="footnote-text" id="${id}"><p>Or <em>shrinks</em>.</p>`)
  expect(page).not.toContain('style=')
  expect(page.replace(/<script>for\(const time of [^<]*<\/script>/, '')).not.toContain('<script')
})

test('formulas hold a page for people outside up for a moment at most: the others are shown as they were written', async () => {
  const words = textsOfPage()
  const bad = `$$\\def\\a{${'x'.repeat(100)}}${'\\a'.repeat(50)}$$ `
  const page = Array.from({ length: 400 }, (_, i) => words(bad, String(i))).join('')

  expect(page).toContain('<math')
  expect(page).toContain('data-formula')
  expect(textsOfPage()('$$x$$', 'another page')).toContain('<math')
})

test('people outside see pictures as small as in the app, what is said of them, and names that deceive nobody', async () => {
  const server = await open()
  const picture = (filename: string, width: number, caption?: string) => ({ filename, mimeType: 'image/png', content: base64(pngBytes({ width, height: 500 })), caption })
  const attachments = [picture('invoice\u202Efdp.png', 1000, 'The <b>error</b> after login')]
  const sent = await server.request('/api/sessions/plans/messages', json({ content: '', attachments }))
  const both = await server.request('/api/sessions/plans/messages', json({ content: 'two', attachments: [picture('a.png', 100), picture('b.png', 1000)] }))
  expect([sent.status, both.status]).toEqual([202, 202])

  const page = await (await server.see(server.address)).text()
  const articles = page.split('<article')
  const [one, two] = ['invoice', 'b.png'].map(name => articles.find(article => article.includes(name)))

  expect(one).toMatch(/<a href="([^"]+)"><img src="\1" alt="The &lt;b&gt;error&lt;\/b&gt; after login" width="320" height="160" loading="lazy"><\/a><p class="caption" dir="auto">The &lt;b&gt;error&lt;\/b&gt; after login<\/p>/)
  expect(one).toContain('<bdi>invoice\uFFFDfdp.png</bdi>')
  expect(one).not.toContain('class="own"') // nothing was written
  expect(two?.match(/width="\d+" height="\d+"/g)).toEqual(['width="32" height="160"', 'width="160" height="80"'])
  expect(page).not.toContain('\u202E')
})

test('columns of a table are aligned for people outside, without a style of its own that the page would not let through', async () => {
  const { see, address } = await open({ answer: '| file | size | done |\n| --- | ---: | :---: |\n| a.png | 12 | yes |' })

  const page = await (await see(address)).text()
  expect(page).toContain('<th>file</th>\n<th align="right">size</th>\n<th align="center">done</th>')
  expect(page).toContain('<td align="right">12</td>')
  expect(page).not.toContain('style=')
})

test('a link shows its own conversation alone, and opens nothing else', async () => {
  const server = await open()
  const [secret] = await server.messages('other')

  expect((await server.see(`${server.address}/files/${secret!.attachments[0]!.id}`)).status).toBe(404)
  const token = server.address.split('/').at(-1)!
  expect((await fetch(`${server.url}/api/sessions`, { headers: bearer(token) })).status).toBe(401)
  for (const init of [{}, json({}), { method: 'DELETE' }])
    expect((await server.request(`/api/sessions/plans/links${init.method === 'DELETE' ? `/${server.link.id}` : ''}`, { ...init, headers: { ...'headers' in init ? init.headers : {}, ...bearer(ZOE) } as Record<string, string> })).status).toBe(404)
  expect((await server.see(server.address)).status).toBe(200)
})

test('a link that ended, was taken back, was changed, or whose session is deleted shows a plain page', async () => {
  const server = await open()
  const shows = async (address: string) => {
    const response = await server.see(address)
    const text = await response.text()
    return [response.status, text.includes('This link does not work any more'), text.includes('of ours')]
  }
  const over = [404, true, false]
  const make = async () => (await (await server.request('/api/sessions/plans/links', json({}))).json() as CreatedSharedLink)
  const [taken, ended, last] = [await make(), await make(), await make()]
  const picture = /<img src="([^"]+)"/.exec(await (await server.see(taken.url)).text())![1]!

  expect(await server.links()).toHaveLength(4)
  expect((await server.request(`/api/sessions/plans/links/${taken.link.id}`, { method: 'DELETE' })).status).toBe(204)
  const database = new BetterSqlite(path.join(server.dataFolder, 'satchel.sqlite'))
  database.prepare('update shared_links set expires_at = ? where id = ?').run('2020-01-01T00:00:00.000Z', ended.link.id)
  database.close()

  expect(await shows(taken.url)).toEqual(over)
  expect(await shows(picture)).toEqual(over)
  expect(await shows(ended.url)).toEqual(over)
  expect(await shows(`${last.url}x`)).toEqual(over)
  expect(await server.links()).toHaveLength(2)
  await server.request('/api/sessions/plans', { method: 'DELETE' })
  expect(await shows(last.url)).toEqual(over)
})

test('who made a link, and who took it back, is written down; the address is kept nowhere', async () => {
  const server = await open()
  await server.request(`/api/sessions/plans/links/${server.link.id}`, { method: 'DELETE' })
  const token = server.address.split('/').at(-1)!
  await server.close()

  const log = await readFile(path.join(server.dataFolder, 'audit.log'), 'utf8')
  expect(log.trim().split('\n').map(line => (JSON.parse(line) as { event: string, id: string, user: string })).filter(({ event }) => event.startsWith('share_')))
    .toMatchObject([{ event: 'share_made', id: 'plans', user: 'ann' }, { event: 'share_revoked', id: 'plans', user: 'ann' }])
  expect(log).not.toContain(token)
  expect((await readFile(path.join(server.dataFolder, 'satchel.sqlite'))).includes(token)).toBe(false)
})
