import { PRINT } from './printStyle.ts'

/** How the page for people outside looks: as the app does, light or dark as their system is. */
export const STYLE = `:root{color-scheme:light dark;--surface:#fff;--sunken:hsl(240 12% 94.5%);--tint:hsl(240 48% 94%);--text:hsl(240 9% 12%);--muted:hsl(240 5% 38%);--line:hsl(240 10% 20%/12%);--link:hsl(241 50% 48%)}
@media screen and (prefers-color-scheme:dark){:root{--surface:hsl(240 7% 9.5%);--sunken:hsl(240 6% 14%);--tint:hsl(240 18% 17.5%);--text:hsl(240 10% 92%);--muted:hsl(240 6% 66%);--line:hsl(240 20% 92%/14%);--link:hsl(236 90% 80%)}}
*{box-sizing:border-box}
body{margin:0;background:var(--surface);color:var(--text);font:400 1rem/1.6 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Helvetica Neue',Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere;-webkit-text-size-adjust:100%}
main{max-width:50rem;margin:0 auto;padding:32px 16px 64px}
h1,h2,h3,h4,h5,h6{margin:24px 0 8px;font-size:.9375rem;font-weight:600;line-height:1.35}
.text h1{font-size:1.375rem}.text h2{font-size:1.1875rem}.text h3{font-size:1rem}
main>header:not(:last-child){padding-bottom:16px;border-bottom:1px solid var(--line)}main>header h1{margin:0 0 4px;font-size:1.375rem;text-wrap:balance}
p,ul,ol,pre,blockquote,table{margin:0}.text>*+*,.text li>*+*,.text blockquote>*+*{margin-top:12px}.text>:first-child{margin-top:0}.text :is(h1,h2,h3,h4,h5,h6)+*{margin-top:0}.text>:is(h1,h2,h3,h4,h5,h6):not(:first-child){margin-top:24px}
.text+.text{margin-top:12px}ul,ol{padding-inline-start:1.5em}li+li,li>ul,li>ol{margin-top:4px}li::marker{color:var(--muted)}
article{margin-top:32px}article>header{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 8px;margin-bottom:4px;font-size:.8125rem;font-weight:600}
time,.note{color:var(--muted);font-size:.8125rem;font-weight:400}.note{margin-block:8px}
.own,pre{border:1px solid transparent}.own{width:fit-content;max-width:100%;padding:8px 16px;border-radius:12px;background:var(--tint);white-space:pre-wrap}
article.person{display:grid;justify-items:end;padding-inline-start:12%}article.person .files{justify-content:end}
code{padding:1px 4px;border-radius:6px;background:var(--sunken);font:.875em ui-monospace,SFMono-Regular,'SF Mono',Menlo,Consolas,'Liberation Mono','DejaVu Sans Mono',monospace}
pre{overflow-x:auto;padding:12px 16px;border-radius:8px;background:var(--sunken);font:.875rem/1.55 ui-monospace,SFMono-Regular,'SF Mono',Menlo,Consolas,'Liberation Mono','DejaVu Sans Mono',monospace;white-space:pre;overflow-wrap:normal}pre code{padding:0;background:none;font:inherit}
table{display:block;width:fit-content;max-width:100%;overflow-x:auto;border-collapse:collapse;overflow-wrap:normal}td,th{padding:6px 12px;border:1px solid var(--line);vertical-align:top}th{background:var(--sunken);font-weight:600}th:not([align]){text-align:start}
blockquote{padding-inline-start:12px;border-inline-start:3px solid var(--line);color:var(--muted)}hr{margin-block:24px;border:solid var(--line);border-width:1px 0 0}
details{margin-block:8px;border:1px solid var(--line);border-radius:8px;font-size:.8125rem}summary{padding:6px 12px;color:var(--muted);cursor:pointer}details>pre{border-radius:0 0 8px 8px;max-height:24rem;overflow-y:auto;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.8125rem}
.task{margin-inline-start:-1.5em;list-style:none}.task>:is(ul,ol){margin-inline-start:1.5em}.task input{position:relative;font:inherit;width:1em;height:1em;margin:0 .5em 0 0;border:1px solid var(--muted);border-radius:4px;appearance:none;vertical-align:-.1em}.task :checked{border-color:var(--link);background:var(--link)}.task :checked::before{content:'';position:absolute;inset:.08em .29em .2em;border:solid var(--surface);border-width:0 2px 2px 0;rotate:45deg}@media (forced-colors:active){.task input{appearance:auto}.task input::before{display:none}}a{color:var(--link);text-underline-offset:.15em}:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:4px}
.math{overflow-x:auto}.written>code{display:none}.footnote{display:flex;gap:8px;font-size:.875rem}.footnote-text{flex:0 1 auto;min-width:0}.footnote-text>*{margin:0}.footnote-number{flex:none;color:var(--muted)}sup{line-height:0}sup a,.footnote-back{text-decoration:none}:target{background:var(--tint)}
ul.files{display:flex;flex-wrap:wrap;align-items:flex-start;gap:12px;margin-top:8px;padding:0;list-style:none;font-size:.8125rem;line-height:1.45}ul.files>li{min-width:0;max-width:min(320px,100%);margin:0}ul.few>li{max-width:160px}
ul.files:has(li:not(.document)~.document):not(:has(.document~li:not(.document)))::after{content:'';order:1;flex:0 0 100%}ul.files:has(li:not(.document)~.document):not(:has(.document~li:not(.document)))>.document{order:2}
.document{padding:8px 12px;border:1px solid var(--line);border-radius:8px}.files .note{margin:0;white-space:nowrap}.caption{margin:4px 0 0}
img{display:block;height:auto;max-width:100%;max-height:320px;margin-bottom:4px;border-radius:8px;background:var(--sunken);outline:1px solid var(--line);outline-offset:-1px}
nav{margin-top:32px;text-align:center}nav a{display:inline-block;padding:8px 16px;border:1px solid var(--line);border-radius:8px;text-decoration:none}
@media (pointer:coarse){summary,nav a{padding-block:11px}}
${PRINT}`
