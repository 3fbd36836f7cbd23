/** How small the letters of a formula may be printed that is wider than a sheet, in per cent of the others: a class each, as a page's style names no element. */
export const SMALLER = [80, 65, 50, 40, 30] as const

/** How that page is printed: nothing can be scrolled to, opened or followed, so it is all there, and whole. */
export const PRINT = `@media print{:root{font-size:87.5%;color-scheme:light;--sunken:hsl(240 12% 96.4%);--tint:hsl(240 60% 96.6%);--text:#000;--muted:hsl(240 5% 32%);--line:hsl(240 10% 20%/25%)}
main{max-width:none;padding:0}article{margin-top:20px}
h1,h2,h3,h4,h5,h6,article>header{break-after:avoid}tr,img,.files>li,.math,.footnote,summary{break-inside:avoid}thead{display:table-header-group}
.own{border-color:var(--line);overflow-wrap:anywhere}
pre{overflow:visible;font-size:.6875rem;line-height:1.4;white-space:pre-wrap;overflow-wrap:anywhere;box-decoration-break:clone}details>pre{max-height:none}summary{list-style:none}summary::-webkit-details-marker{display:none}
table{display:table;overflow:visible;font-size:.875rem;line-height:1.4}table:has(tr>:nth-child(6)){font-size:.6875rem;overflow-wrap:anywhere}table:has(tr>:nth-child(10)){font-size:.5625rem}table:has(tr>:nth-child(10)) :is(td,th){max-width:9em}table:has(tr>:nth-child(6)) :is(td,th){padding:3px 6px}.math{overflow:visible}${SMALLER.map(percent => `.smaller-${percent}{font-size:${percent}%}`).join('')}.written>.katex{display:none}.written>code{display:inline}
ul.files,ul.files>li{max-width:100%}ul.files.few{width:100%;gap:12px}ul.few>li:not(.document){flex:0 0 calc((100% - 24px)/3)}.files .document{width:auto}
.files img{width:auto;height:auto;max-width:100%;max-height:11cm}.few img{max-height:9cm}
a.worded::after{content:' (' attr(href) ')';font-size:.875em;overflow-wrap:anywhere}.footnote-back{display:none}.task input{print-color-adjust:exact}}`
