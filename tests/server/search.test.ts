import BetterSqlite from 'better-sqlite3'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { SearchPage } from '../../src/shared/protocol/search.ts'
import { readRows } from '../helpers/databases.ts'
import { eventually } from '../helpers/eventually.ts'
import { ABE, ANN, openServer, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { writtenPdf } from '../helpers/pdfPages.ts'
import { file, form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

async function open(options: Parameters<typeof openServer>[0] = {}) {
  const server = await openServer({ agent: instantAgent().agent, ...options })
  const find = async (q: string, more = '') => {
    await eventually(() => readRows(server.dataFolder, 'search_queue')).toEqual([]) // a busy machine takes longer than a search waits
    return server.json<SearchPage>(`/api/search?q=${encodeURIComponent(q)}${more}`)
  }
  const places = async (q: string) => {
    const found: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) { // a busy machine gives fewer at a time
      const page: SearchPage = await find(q, cursor && `&cursor=${cursor}`)
      found.push(...page.hits.map(({ kind, sessionId }) => `${kind} in ${sessionId}`))
      cursor = page.nextCursor
    }
    return found
  }
  const post = async (session: string, content: string, files: Parameters<typeof form>[1] = []) => {
    await server.request('/api/sessions', json({ id: session }))
    return server.request(`/api/sessions/${session}/messages`, form({ content }, files))
  }
  return { ...server, find, places, post }
}

/** What is said to be found is marked in the line that is shown. */
const marked = ({ hits: [hit] }: SearchPage) => hit?.ranges.map(([from, to]) => hit.snippet.slice(from, to))

test('a message, a title and the name of a file are found by any part of them, whatever their case and accents', async () => {
  const server = await open()
  await server.request('/api/sessions', json({ id: 'plans', title: 'Überlegungen zum Garten' }))
  await server.post('plans', 'Die Tomaten brauchen mehr Wasser als der Salat.', [file('Gießplan-2026.txt', Buffer.from('Montag: nur Basilikum'))])

  expect(await server.places('uberleg')).toEqual(['title in plans'])
  expect(await server.places('TOMATE')).toEqual(['message in plans'])
  expect(await server.places('plan-20')).toEqual(['filename in plans'])
  await eventually(() => server.places('basilikum')).toEqual(['file in plans'])
  expect(marked(await server.find('wasser SALAT'))).toEqual(['Wasser', 'Salat'])
  expect(await server.places('"mehr Wasser"')).toEqual(['message in plans'])
  expect(await server.places('"Wasser mehr"')).toEqual([])
})

test('a hit says where it is, so that it can be opened there', async () => {
  const server = await open()
  await server.post('one', 'where is the xylophone?')

  expect((await server.find('xylo')).hits[1]).toMatchObject({ kind: 'message', sessionId: 'one', sequence: 1, role: 'user', snippet: 'where is the xylophone?', ranges: [[13, 17]] })
})

test('words of one and two characters are found where words begin', async () => {
  const server = await open()
  await server.post('go', 'We go on with C# then, 東京 is next')
  await server.request('/api/sessions/go', json({ title: 'short' }, {}, 'PATCH'))

  for (const word of ['go', 'g', 'c#', '東京', '京', 'on w'])
    expect(await server.places(word), word).toEqual(['message in go'])
  expect(await server.places('q')).toEqual([])
})

test('what is written in a PDF is found', async () => {
  const server = await open()
  await server.post('paper', 'see this', [file('report.pdf', writtenPdf('The quarterly pineapple figures'))])

  await eventually(() => server.places('pineapple')).toEqual(['file in paper'])
})

test('an answer is found when it has ended, and what the search finds is what is there now', async () => {
  const { agent } = instantAgent()
  const server = await open({ agent })
  await server.post('talk', 'tell me')
  const [asked, answer] = await eventually(() => server.messages('talk')).toMatchObject([{}, { status: 'complete' }]).then(() => server.messages('talk'))
  const word = answer!.text.slice(0, 12)

  expect((await server.find(`"${word}"`)).hits).toMatchObject([{ role: 'assistant', messageId: answer!.id }])

  const database = new BetterSqlite(path.join(server.dataFolder, 'satchel.sqlite'))
  database.prepare('update messages set text = ? where id = ?').run('something about herons', asked!.id)
  database.close()
  expect(await server.places('heron')).toEqual(['message in talk'])
  expect((await server.find('"tell me"')).hits.map(({ kind }) => kind)).toEqual(['title'])
})

test('what was deleted is not found any more, nor is another version of a conversation', async () => {
  const server = await open()
  await server.post('one', 'first about walruses')
  await eventually(() => server.messages('one')).toMatchObject([{ status: 'complete' }, { status: 'complete' }])
  const [first] = await server.messages('one')
  await server.request('/api/sessions/one/messages', json({ content: 'second about ospreys', replaces: first!.id }))

  expect(await server.places('osprey')).toEqual(['message in one'])
  expect((await server.find('walrus')).hits.map(({ kind }) => kind)).toEqual(['title'])

  await server.request('/api/sessions/one', { method: 'DELETE' })
  expect(await server.places('osprey')).toEqual([])
  const database = new BetterSqlite(path.join(server.dataFolder, 'satchel.sqlite'))
  expect(database.prepare('select * from search_documents').all()).toEqual([])
  database.close()
})

test('nobody finds what another tenant has, also under the same id of a session', async () => {
  const server = await open({ apiKeys: TWO_TENANTS })
  server.as(ANN)
  await server.request('/api/sessions', json({ id: 'same', title: 'capybara of acme' }))
  await server.post('same', 'the capybara is ours')
  server.as(ZOE)
  await server.request('/api/sessions', json({ id: 'same', title: 'capybara of the zoo' }))

  expect((await server.find('capybara')).hits).toMatchObject([{ kind: 'title', sessionTitle: 'capybara of the zoo' }])
  await server.request('/api/sessions/same', { method: 'DELETE' })
  expect((await server.find('capybara')).hits).toEqual([])
  server.as(ABE)
  expect(await server.places('capybara')).toEqual(['title in same', 'message in same'])
})

test('whatever stands in a query is searched for, and never the language of the index', async () => {
  const server = await open()
  await server.post('odd', 'She said "NEAR(a b)" OR text:* AND -x ^y; drop table messages; 100% _ \\')

  for (const query of ['NEAR(a', 'OR text:*', 'text:*', '-x', '^y;', '100%', '_', '\\', '";', '*', 'drop table'])
    expect(await server.places(query), query).toContain('message in odd')
  for (const query of ['"', '""', ' ', 'NOT', 'text:*zz', 'a* OR b', '{a b}', '\u0001'])
    expect((await server.request(`/api/search?q=${encodeURIComponent(query)}`)).status, query).toBe(200)
  expect((await server.request(`/api/search?q=${'x'.repeat(201)}`)).status).toBe(400)
  expect((await server.request('/api/search?q=')).status).toBe(400)
})

test('a snippet is text as it was written, never markup', async () => {
  const server = await open()
  await server.post('html', '<img src=x onerror=alert(1)> & <b>walnut</b>')

  expect((await server.find('walnut')).hits.at(-1)).toMatchObject({ kind: 'message', snippet: '<img src=x onerror=alert(1)> & <b>walnut</b>' })
})

test('the words of an answer are shown without the marks of its Markdown, and what was searched for is marked', async () => {
  const server = await open({ agent: instantAgent('# The **walnut**\n\nSee [the shop](https://example.org/a) for `shells`.').agent })
  await server.post('nuts', 'Where?', [file('notes.md', Buffer.from('## A *chestnut*'))])

  await eventually(async () => (await server.find('walnut')).hits).toHaveLength(1)
  const found = await server.find('walnut')
  expect(found.hits[0]).toMatchObject({ kind: 'message', role: 'assistant', snippet: 'The walnut See the shop for shells.' })
  expect(marked(found)).toEqual(['walnut'])
  await eventually(async () => (await server.find('chestnut')).hits.map(({ kind, snippet }) => [kind, snippet])).toEqual([['file', 'A chestnut']])
})

test('pages go on where the one before ended, the newest first, and nothing comes twice', async () => {
  const server = await open()
  for (let i = 1; i <= 7; i++)
    await server.post('many', `kiwi number ${i}`)
  await server.request('/api/sessions/many', json({ title: 'fruit' }, {}, 'PATCH'))

  const first = await server.find('kiwi number', '&limit=3')
  const second = await server.find('kiwi number', `&limit=10&cursor=${first.nextCursor}`)

  expect([...first.hits, ...second.hits].filter(({ role }) => role === 'user').map(({ snippet }) => snippet.at(-1))).toEqual(['7', '6', '5', '4', '3', '2', '1'])
  expect(second.nextCursor).toBeNull()
})

test('a long text is found to its end', async () => {
  const server = await open()
  await server.post('long', `${'lorem ipsum dolor '.repeat(20_000)}needle at the end`)
  await server.request('/api/sessions/long', json({ title: 'long' }, {}, 'PATCH'))

  await eventually(async () => marked(await server.find('needle at'))).toEqual(['needle', 'at'])
  expect((await server.find('lorem')).hits).toHaveLength(1)
})

test('what was there before there was a search is added in the background, and goes on after a stop', async () => {
  const first = await open()
  for (const word of ['ant', 'bee', 'cat'])
    await first.post('old', `about the ${word}`, [file(`${word}.txt`, Buffer.from('wings'))])
  await eventually(async () => (await first.messages('old')).every(({ status }) => status === 'complete')).toBe(true)
  await first.close()
  const database = new BetterSqlite(path.join(first.dataFolder, 'satchel.sqlite'))
  database.exec(`delete from search_documents; delete from search_queue;
    update search_fill set below = (select max(rowid) + 1 from messages) where kind = 'message';
    update search_fill set below = (select max(rowid) + 1 from attachments) where kind = 'attachment';
    update search_fill set below = 0 where kind = 'session'`)
  database.close()

  const second = await open({ dataFolder: first.dataFolder })

  await eventually(async () => (await second.find('about the')).hits.map(({ snippet }) => snippet)).toEqual(['about the cat', 'about the bee', 'about the ant'])
  await eventually(() => second.places('wings')).toHaveLength(3)
  await eventually(async () => (await second.find('wings')).incomplete).toBe(false)
  await second.post('new', 'about the dog')
  expect((await second.find('about the dog')).hits[1]).toMatchObject({ snippet: 'about the dog' })
})

test('ß is found by ss and ss by ß, however they are mixed, and marked as it is written', async () => {
  const server = await open()
  const texts = { sharp: 'Die Straßenbahn kommt', double: 'Die Strassenbahn hält', capital: 'STRAẞENBAHN', mixed: 'Strassengröße und Passstraßenschlussstein', short: 'daß im Eßsaal ein Assaß sitzt', other: 'nur zur Bahn' }
  for (const [session, text] of Object.entries(texts))
    await server.post(session, text)
  const sessions = async (q: string) => new Set((await server.places(q)).map(place => place.split(' in ')[1]))

  expect(await sessions('strassenbahn')).toEqual(new Set(['sharp', 'double', 'capital']))
  expect(await sessions('Straßenbahn')).toEqual(new Set(['sharp', 'double', 'capital']))
  expect(await sessions('straßengrösse und')).toEqual(new Set(['mixed']))
  expect(await sessions('passstrassenschlussstein')).toEqual(new Set(['mixed']))
  expect(await sessions('grö')).toEqual(new Set(['mixed']))
  for (const query of ['dass', 'DAẞ', 'esssaal', 'Eßsaal', 'assass', 'aßass', 'ass', 'assaß dass'])
    expect(await sessions(query), query).toContain('short')
  expect(marked(await server.find('strassenbahn kommt'))).toEqual(['Straßenbahn', 'kommt'])
})
