import { createHash } from 'node:crypto'

const STYLE = `:root{color-scheme:light dark;--line:light-dark(#d8d8dc,#3a3a40);--soft:light-dark(#f1f1f4,#26262b)}
body{max-width:48rem;margin:0 auto;padding:24px 16px 64px;font:16px/1.6 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:22px;line-height:1.3}article{margin-block:32px}article>header{display:flex;gap:8px;font-weight:600}time,.note{color:light-dark(#5c5c66,#a5a5b0);font-weight:400}
.own{padding:12px 16px;border-radius:8px;background:var(--soft);white-space:pre-wrap}pre{overflow:auto;padding:12px;border-radius:8px;background:var(--soft);white-space:pre-wrap}
table{display:block;overflow-x:auto;border-collapse:collapse}td,th{padding:4px 8px;border:1px solid var(--line)}th:not([align]){text-align:start}blockquote{margin-inline:0;padding-inline-start:12px;border-inline-start:3px solid var(--line)}img{display:block;height:auto;max-width:100%;max-height:320px;border-radius:8px}
details{margin-block:8px}summary{min-height:24px;cursor:pointer}ul.files{display:flex;flex-wrap:wrap;gap:16px;margin-block:8px 0;padding:0;list-style:none;font-size:14px}ul.files>li{min-width:0;max-width:320px}ul.few>li{max-width:160px}.caption{margin:0}nav{margin-block:32px}a{color:light-dark(#2f4fc4,#9db2ff)}`

/** Nothing runs, and nothing comes from anywhere else. */
export const PAGE_POLICY = `default-src 'none'; img-src 'self'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' }

export const escaped = (text: string): string => text.replace(/[&<>"']/g, character => ENTITIES[character] ?? character)

export const htmlPage = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex, nofollow"><title>${escaped(title)}</title><style>${STYLE}</style></head>
<body><main>
<h1>${escaped(title)}</h1>
${body}
</main></body></html>
`
