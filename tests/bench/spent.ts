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
