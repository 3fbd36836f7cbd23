/** "1-3, 7" as pages, each once and in their order; undefined where it says none of these pages, or cannot be read. */
export function parsePages(text: string, count: number): number[] | undefined {
  const chosen = new Set<number>()
  for (const part of text.replace(/\s*[-–]\s*/g, '-').split(/[,;\s]+/).filter(Boolean)) {
    const [, first, last = first] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part) ?? []
    const [from, to] = [Number(first), Number(last)].sort((a, b) => a - b)
    if (from === undefined || to === undefined || !(from >= 1 && to <= count))
      return undefined
    for (let page = from; page <= to; page++)
      chosen.add(page)
  }
  return chosen.size ? [...chosen].sort((a, b) => a - b) : undefined
}

/** [1, 2, 3, 7] as "1-3, 7". */
export function formatPages(pages: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const page of [...pages].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && page === last[1] + 1)
      last[1] = page
    else
      ranges.push([page, page])
  }
  return ranges.map(([from, to]) => from === to ? `${from}` : `${from}-${to}`).join(', ')
}
