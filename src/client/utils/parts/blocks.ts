import type { Part, ToolPart } from '../../../shared/protocol/parts.ts'

type PartOf<Type extends Part['type']> = Extract<Part, { type: Type }>

/** One line of what the agent did. */
export type Step =
  | { kind: 'tool', id: string, part: ToolPart, steps: readonly Step[] }
  /** Files that were read one after the other. */
  | { kind: 'reads', id: string, parts: readonly ToolPart[] }
  | { kind: 'thinking', id: string, part: PartOf<'thinking'> }

/** What stands below each other in an answer. */
export type Block =
  | { kind: 'activity', id: string, steps: readonly Step[] }
  | { [Type in 'text' | 'question' | 'permission' | 'tasks' | 'notice']: { kind: Type, id: string, part: PartOf<Type> } }['text' | 'question' | 'permission' | 'tasks' | 'notice']

/** Subagents within subagents are drawn so deep; what is deeper stands beside them. */
const DEEPEST = 3
const NO_STEPS: readonly Step[] = []

/** An answer's parts in their order: what the agent did between two texts is one block. */
export function blocksOf(parts: readonly Part[]): Block[] {
  const { roots, children } = familyOf(parts)
  const blocks: Block[] = []
  let run: (ToolPart | PartOf<'thinking'>)[] = []
  const endRun = () => {
    const [first] = run
    if (first)
      blocks.push({ kind: 'activity', id: first.id, steps: stepsOf(run, children) })
    run = []
  }
  for (const part of roots) {
    if (part.type === 'tool' || part.type === 'thinking') {
      run.push(part)
      continue
    }
    if (part.type === 'text' && part.text === '')
      continue // its words are still to come
    endRun()
    blocks.push({ kind: part.type, id: part.id, part } as Block)
  }
  endRun()
  return blocks
}

/** Whose a tool is. A parent that comes later, or never, is none: nothing that happened is left out. */
function familyOf(parts: readonly Part[]) {
  const depths = new Map<string, number>()
  const children = new Map<string, ToolPart[]>()
  const roots: Part[] = []
  for (const part of parts) {
    const parent = part.type === 'tool' ? parentOf(part, depths) : undefined
    if (part.type === 'tool' && parent)
      addChild(children, parent.id, part)
    else
      roots.push(part)
    if (part.type === 'tool')
      depths.set(part.id, parent ? parent.depth + 1 : 0)
  }
  return { roots, children }
}

function addChild(children: Map<string, ToolPart[]>, parentId: string, part: ToolPart) {
  const siblings = children.get(parentId) ?? []
  children.set(parentId, siblings)
  siblings.push(part)
}

/** Undefined for what stands by itself, or as deep as it is drawn. */
function parentOf({ parentId }: ToolPart, depths: ReadonlyMap<string, number>) {
  const depth = parentId === null ? undefined : depths.get(parentId)
  return parentId === null || depth === undefined || depth >= DEEPEST ? undefined : { id: parentId, depth }
}

function stepsOf(run: readonly (ToolPart | PartOf<'thinking'>)[], children: ReadonlyMap<string, readonly ToolPart[]>): Step[] {
  const steps: Step[] = []
  let reads: ToolPart[] = []
  const endReads = () => {
    const [first] = reads
    if (first)
      steps.push(reads.length > 1 ? { kind: 'reads', id: first.id, parts: reads } : { kind: 'tool', id: first.id, part: first, steps: NO_STEPS })
    reads = []
  }
  for (const part of run) {
    if (part.type === 'tool' && isQuietRead(part, children)) {
      reads.push(part)
      continue
    }
    endReads()
    steps.push(part.type === 'thinking'
      ? { kind: 'thinking', id: part.id, part }
      : { kind: 'tool', id: part.id, part, steps: children.has(part.id) ? stepsOf(children.get(part.id) ?? [], children) : NO_STEPS })
  }
  endReads()
  return steps
}

/** Read and done: nobody needs a line for each of those. */
const isQuietRead = (part: ToolPart, children: ReadonlyMap<string, unknown>) =>
  part.name === 'Read' && part.status === 'done' && !children.has(part.id)
