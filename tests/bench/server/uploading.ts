import { alternate } from '../alternate.ts'
import type { Row } from '../table.ts'
import { formOf, picture, post, timeEach } from './files.ts'
import { startFloor, startServer, type Process } from './processes.ts'

const MB = 1_000_000
const UPLOADS = 12
const AT_ONCE = 4
/** Together, whatever the size of each. */
const BYTES = 240 * MB

/** Files of 5 MB, beside a route that only puts them on the disk. */
export async function uploading(runs: number): Promise<Row[]> {
  const [server, floor] = [await startServer(), await startFloor()]
  const file = picture(5 * MB)
  const measure = (address: string) => async () => {
    const upload = () => {
      const form = formOf(file)
      return () => post(address, form)
    }
    return {
      alone: await timeEach(Array.from({ length: UPLOADS }, upload), 1),
      together: await timeEach(Array.from({ length: UPLOADS }, upload), AT_ONCE),
    }
  }
  const samples = await alternate(runs, {
    app: measure(`${server.url}/api/uploads`),
    floor: measure(`${floor.url}/received`),
    durable: measure(`${floor.url}/durable`),
  })
  await server.stop()
  await floor.stop()

  const target = { target: 'at most 1.5 x', reached: (app: number, floor: number) => app <= 1.5 * floor }
  return [
    { work: 'upload of 5 MB, one after the other', unit: 'ms', floor: samples.floor.alone, app: samples.app.alone, ...target },
    { work: 'the same, beside a floor that waits for the disk', unit: 'ms', floor: samples.durable.alone, app: samples.app.alone },
    { work: `upload of 5 MB, ${AT_ONCE} at once`, unit: 'ms', floor: samples.floor.together, app: samples.app.together, ...target },
    { work: 'the same, beside a floor that waits for the disk', unit: 'ms', floor: samples.durable.together, app: samples.app.together },
    { work: `uploads a second, ${AT_ONCE} at once`, unit: '1/s', floor: samples.floor.together.map(perSecond), app: samples.app.together.map(perSecond) },
  ]
}

const perSecond = (milliseconds: number) => 1000 / milliseconds

/** Memory above that of a server that was just started, at most, for the same bytes in small and in large files. */
export async function uploadMemory(runs: number): Promise<Row[]> {
  const grown = async (start: () => Promise<Process>, path: string, size: number) => {
    const process = await start()
    const { now } = await process.memory()
    const file = picture(size)
    const works = Array.from({ length: BYTES / size }, () => () => post(process.url + path, formOf(file)))
    await timeEach(works, AT_ONCE)
    const { peak } = await process.memory()
    await process.stop()
    return peak - now
  }
  const of = (start: () => Promise<Process>, path: string) => async () =>
    ({ small: await grown(start, path, 1 * MB), large: await grown(start, path, 10 * MB) })
  const samples = await alternate(Math.min(runs, 3), { app: of(startServer, '/api/uploads'), floor: of(startFloor, '/received') })
  return [
    { work: 'memory for 240 uploads of 1 MB', unit: 'MB', floor: samples.floor.small, app: samples.app.small },
    { work: 'memory for 24 uploads of 10 MB', unit: 'MB', floor: samples.floor.large, app: samples.app.large, target: 'no more than with 1 MB, within 20 MB', reached: app => app <= Math.max(...samples.app.small) + 20 },
  ]
}
