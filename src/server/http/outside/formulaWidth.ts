/** Ems that a character takes, with the space around it. A sign between two terms has more of that. */
const CHARACTER = { mi: 0.62, mn: 0.55, mtext: 0.55, ms: 0.55, mo: 1.1 } as const
/** Ems. */
const [SPACE, ROOT, GAP] = [0.35, 0.9, 0.9]
const SCRIPT = 0.72

interface Node { tag: string, text: string, children: Node[] }

/**
 * About how wide a formula is, in ems of its own letters, rather too wide than too narrow: who prints it cannot scroll it.
 * @param mathml as KaTeX writes it
 */
export function formulaWidth(mathml: string): number {
  const root: Node = { tag: 'mrow', text: '', children: [] }
  const open = [root]
  for (const [, closes, tag = '', empty, text = ''] of mathml.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>([^<]*)/g)) {
    if (closes) {
      open.pop()
      continue
    }
    const node: Node = { tag, text, children: [] }
    open.at(-1)?.children.push(node)
    if (!empty)
      open.push(node)
  }
  return widthOf(root)
}

const sum = (nodes: readonly Node[]) => nodes.reduce((all, node) => all + widthOf(node), 0)
const most = (nodes: readonly Node[]) => Math.max(0, ...nodes.map(widthOf))

const scripted = ([base, ...scripts]: readonly Node[]) => (base ? widthOf(base) : 0) + SCRIPT * most(scripts)

/** Each column is as wide as its widest cell. */
function tableWidth(rows: readonly Node[]) {
  const columns: number[] = []
  for (const { children } of rows)
    children.forEach((cell, i) => { columns[i] = Math.max(columns[i] ?? 0, widthOf(cell)) })
  return columns.reduce((all, width) => all + width + GAP, 0)
}

/** Of what is not only its parts beside each other. */
const WIDTHS: Record<string, (children: readonly Node[]) => number> = {
  mfrac: children => most(children) + SPACE,
  munder: most,
  mover: most,
  munderover: most,
  msub: scripted,
  msup: scripted,
  msubsup: scripted,
  msqrt: children => sum(children) + ROOT,
  mroot: children => sum(children.slice(0, 1)) + ROOT,
  mtable: tableWidth,
  mspace: () => SPACE,
  annotation: () => 0,
}

function widthOf({ tag, text, children }: Node): number {
  const known = WIDTHS[tag]
  if (known)
    return known(children)
  const character = CHARACTER[tag as keyof typeof CHARACTER] as number | undefined
  return character === undefined ? sum(children) : character * [...text.replace(/&[^;]+;/g, 'x')].length
}
