import { cpus, loadavg, platform, release, totalmem } from 'node:os'

export function describeMachine(browser?: string): string {
  const [cpu] = cpus()
  return [
    `${cpu?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`,
    `${platform()} ${release()}, Node ${process.version}${browser ? `, ${browser}, headless` : ''}`,
    describeLoad(),
  ].join('\n')
}

/** Processes that want a core: above the number of cores every time here is longer than it has to be. */
export const describeLoad = () => `load of the last 1, 5 and 15 minutes: ${loadavg().map(load => load.toFixed(1)).join(', ')}`
