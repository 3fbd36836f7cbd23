import { createHash } from 'node:crypto'
import { STYLE } from './style.ts'

/** All that runs: each time is said as the reader's own clock and calendar have it. Without it, in UTC. */
const SCRIPT = `for(const time of document.querySelectorAll('time')){try{time.title=time.textContent;time.textContent=new Date(time.dateTime).toLocaleString(/^en/.test(navigator.language)?navigator.language:'en-GB',{dateStyle:'long',timeStyle:'short'})}catch{}}`

const allowed = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Nothing of a conversation runs, and nothing comes from anywhere else. */
export const PAGE_POLICY = `default-src 'none'; img-src 'self'; style-src ${allowed(STYLE)}; script-src ${allowed(SCRIPT)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' }

export const escaped = (text: string): string => text.replace(/[&<>"']/g, character => ENTITIES[character] ?? character)

/** @param about a few words under the title, as text. @param body as HTML */
export const htmlPage = ({ title, about = '', body }: { title: string, about?: string, body: string }): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex, nofollow"><meta name="color-scheme" content="light dark"><title>${escaped(title)}</title><style>${STYLE}</style></head>
<body><main>
<header><h1 dir="auto">${escaped(title)}</h1>${about && `<p class="note">${escaped(about)}</p>`}</header>
${body}
</main><script>${SCRIPT}</script></body></html>
`
