import type { CDPSession } from '@playwright/test'

/** Begins to count the seconds of processor time of the page's thread, in which what else the machine does is not. */
export async function spentBy(cdp: CDPSession): Promise<() => Promise<{ seconds: number }>> {
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  const read = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
  }
  const before = await read()
  return async () => ({ seconds: await read() - before })
}

/** What the page's scripts hold, without what nobody can reach any more. */
export async function heapBytes(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage')
  return (await cdp.send('Runtime.getHeapUsage')).usedSize
}

export interface Held {
  /** Bytes of the page's scripts and of its document, without what nobody can reach any more. */
  bytes: number
  /** Elements and texts of the document, and those that only scripts hold. */
  nodes: number
}

/** What the page holds on to. */
export async function heldBy(cdp: CDPSession): Promise<Held> {
  await cdp.send('HeapProfiler.collectGarbage')
  const { usedSize, embedderHeapUsedSize } = await cdp.send('Runtime.getHeapUsage')
  const { nodes } = await cdp.send('Memory.getDOMCounters')
  return { bytes: usedSize + embedderHeapUsedSize, nodes }
}
