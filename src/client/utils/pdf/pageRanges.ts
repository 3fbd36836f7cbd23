/** "7, 1-3" as pages, each once and in the order in which they are written; undefined where it says none of these pages, or cannot be read. */
export function parsePages(text: string, count: number): number[] | undefined {
  const chosen = new Set<number>()
  for (const part of text.replace(/\s*[-–]\s*/g, '-').split(/[,;\s]+/).filter(Boolean)) {
    const [, first, last = first] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part) ?? []
    const [from, to] = [Number(first), Number(last)]
    if (!(Math.min(from, to) >= 1 && Math.max(from, to) <= count))
      return undefined
    for (let page = from; page !== to; page += from < to ? 1 : -1)
      chosen.add(page)
    chosen.add(to)
  }
  return chosen.size ? [...chosen] : undefined
}

/** [7, 1, 2, 3] as "7, 1-3". */
export function formatPages(pages: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const page of pages) {
    const last = ranges.at(-1)
    if (last && page === last[1] + 1)
      last[1] = page
    else
      ranges.push([page, page])
  }
  return ranges.map(([from, to]) => from === to ? `${from}` : `${from}-${to}`).join(', ')
}

export const isAscending = (pages: readonly number[]): boolean => pages.every((page, i) => i === 0 || page > (pages[i - 1] ?? 0))
