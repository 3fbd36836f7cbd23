import BetterSqlite from 'better-sqlite3'
import { chromium } from '@playwright/test'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { LAUNCH } from '../../e2e/launch.ts'
import { alternate } from '../alternate.ts'
import { median } from '../statistics.ts'
import type { Row } from '../table.ts'
import { startServer } from './processes.ts'

const TURNS = 1000
const TOOLS = 10
const READS = 10
/** As the page asks for it. */
const PAGE = 'limit=50&tools=folded'
/** Messages of it. */
const MESSAGES = 50
/** As a program does. */
const WHOLE = 'limit=50'

/** A conversation of a thousand turns with ten tools each, beside one of the same words without any. */
export async function longConversation(runs: number): Promise<Row[]> {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'satchel-bench-'))
  const server = await startServer(dataFolder)
  for (const id of ['plain', 'tools'])
    await fetch(`${server.url}/api/sessions`, { method: 'POST', body: JSON.stringify({ id }), headers: { 'content-type': 'application/json' } })
  await fill(path.join(dataFolder, 'satchel.sqlite'))
  const browser = await chromium.launch(LAUNCH)

  async function measure(session: string) {
    return { ...await reading(session, PAGE), whole: (await reading(session, WHOLE)).page, ...await firstPaint(session) }
  }

  async function reading(session: string, query: string) {
    const times: number[] = []
    const before = await server.cpu()
    for (let i = 0; i < READS; i++) {
      const begun = performance.now()
      const response = await fetch(`${server.url}/api/sessions/${session}/messages?${query}`)
      await response.arrayBuffer()
      times.push(performance.now() - begun)
    }
    return { page: median(times), pageCpu: (await server.cpu() - before) / READS }
  }

  async function firstPaint(session: string) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    const page = await context.newPage()
    const devtools = await context.newCDPSession(page)
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
    await page.addInitScript(`new MutationObserver((_, observer) => {
      if (document.querySelectorAll('[role="log"] article').length < 2) return
      observer.disconnect()
      requestAnimationFrame(() => setTimeout(() => { globalThis.painted = performance.now() }))
    }).observe(document, { childList: true, subtree: true })`)
    await page.goto(`${server.url}/session/${session}`)
    let paint: number | undefined
    while (paint === undefined) {
      await pause(50)
      paint = await page.evaluate(() => (globalThis as { painted?: number }).painted)
    }
    while (await page.evaluate(() => document.querySelectorAll('[role="log"] article').length) < MESSAGES)
      await pause(50)
    const { metrics } = await devtools.send('Performance.getMetrics')
    await context.close()
    return { paint, paintCpu: 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) }
  }

  const { plain, tools } = await alternate(runs, { plain: () => measure('plain'), tools: () => measure('tools') })
  await browser.close()
  await server.stop()
  return [
    { work: `the newest page of ${TURNS} turns with ${TOOLS} tools each; floor: without tools`, unit: 'ms', floor: plain.page, app: tools.page, target: 'under 20 ms', reached: app => app < 20 },
    { work: 'processor time of the server for it', unit: 'ms', floor: plain.pageCpu, app: tools.pageCpu },
    { work: 'the same page with all that the tools returned', unit: 'ms', floor: plain.whole, app: tools.whole },
    { work: 'opening it, to the first messages on the screen; floor: without tools', unit: 'ms', floor: plain.paint, app: tools.paint, target: 'within 1.2 x', reached: (app, floor) => app <= floor * 1.2 },
    { work: 'processor time of the page until all of them are drawn', unit: 'ms', floor: plain.paintCpu, app: tools.paintCpu },
  ]
}

async function fill(file: string) {
  const database = new BetterSqlite(file)
  const now = new Date().toISOString()
  const insert = database.prepare(`insert into messages (id, tenant_id, session_id, role, sequence, status, text, content, reply_to, created_at)
    values (?, 'default', ?, ?, ?, 'complete', ?, '[]', ?, ?)`)
  const addPart = database.prepare('insert into parts (message_id, id, ordinal, type, body) values (?, ?, ?, ?, ?)')
  database.transaction(() => {
    for (const session of ['plain', 'tools']) {
      for (let turn = 0; turn < TURNS; turn++) {
        const [asked, answer] = [crypto.randomUUID(), crypto.randomUUID()]
        insert.run(asked, session, 'user', turn * 2 + 1, `question ${turn}`, null, now)
        const text = `The answer ${turn}. ${'It has some words. '.repeat(20)}`
        insert.run(answer, session, 'assistant', turn * 2 + 2, text, asked, now)
        for (let tool = 0; session === 'tools' && tool < TOOLS; tool++)
          addPart.run(answer, `tool-${tool}`, tool, 'tool', JSON.stringify(toolPart(tool, now)))
        addPart.run(answer, 'text', TOOLS, 'text', JSON.stringify({ type: 'text', id: 'text', chars: text.length }))
      }
      database.prepare('update sessions set last_sequence = ? where id = ?').run(TURNS * 2, session)
    }
  })()
  // The search takes notice of them in the background, which is not what is measured.
  const waiting = database.prepare('select 1 from search_queue limit 1')
  while (waiting.get())
    await pause(100)
  database.close()
}

/** Reads, writes and searches, with outputs as they are: two thousand characters, and a diff of twenty lines. */
function toolPart(tool: number, now: string) {
  const [name, output] = tool % 3 === 0
    ? ['Edit', { change: { path: `src/file-${tool}.ts`, hunks: [{ oldStart: 1, newStart: 1, lines: Array.from({ length: 20 }, (_, i) => `${i % 4 ? ' ' : i % 8 ? '-' : '+'}const line${i} = ${i}`) }] } }]
    : ['Read', { text: 'export const answer = 42\n'.repeat(80) }]
  return { type: 'tool', id: `tool-${tool}`, name, title: `${String(name)} src/file-${tool}.ts`, input: { file_path: `src/file-${tool}.ts` }, status: 'done', startedAt: now, endedAt: now, output, parentId: null }
}
