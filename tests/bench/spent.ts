import type { CDPSession } from '@playwright/test'

/** Begins to count the processor time of the page's thread, in which what else the machine does is not. */
export async function spentBy(cdp: CDPSession): Promise<() => Promise<{ seconds: number, heapBytes: number }>> {
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  const read = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics')
    const valueOf = (name: string) => metrics.find(metric => metric.name === name)?.value ?? 0
    return { seconds: valueOf('TaskDuration'), heapBytes: valueOf('JSHeapUsedSize') }
  }
  const before = await read()
  return async () => {
    const now = await read()
    return { seconds: now.seconds - before.seconds, heapBytes: now.heapBytes }
  }
}
