import { alternate } from '../alternate.ts'
import type { Row } from '../table.ts'
import { formOf, picture, post, timeEach } from './files.ts'
import { startFloor, startServer } from './processes.ts'

const SENDS = 12
const AT_ONCE = 4

/** Messages over REST, each to a session of its own, until they are accepted; the agent that only repeats answers meanwhile. */
export async function sending(runs: number): Promise<Row[]> {
  const [server, floor] = [await startServer(), await startFloor()]
  const file = picture(3_500_000)
  const json = { 'content-type': 'application/json' }

  async function openSessions(count: number) {
    const ids = Array.from({ length: count }, () => crypto.randomUUID())
    await Promise.all(ids.map(id => post(`${server.url}/api/sessions`, { body: JSON.stringify({ id }), headers: json })))
    return ids.map(id => `${server.url}/api/sessions/${id}/messages`)
  }

  const samples = await alternate(runs, {
    app: async () => {
      const addresses = await openSessions(SENDS)
      return {
        pictures: await timeEach(addresses.map((address) => {
          const form = formOf(file)
          return () => post(address, form)
        }), AT_ONCE),
        words: await timeEach((await openSessions(100)).map(address => () => post(address, { body: JSON.stringify({ content: 'hello' }), headers: json })), AT_ONCE),
      }
    },
    floor: async () => ({
      pictures: await timeEach(Array.from({ length: SENDS }, () => {
        const form = formOf(file)
        return () => post(`${floor.url}/received`, form)
      }), AT_ONCE),
    }),
  })
  await server.stop()
  await floor.stop()
  return [
    { work: `message with a picture of 3.5 MB, ${AT_ONCE} at once, sent to accepted`, unit: 'ms', floor: samples.floor.pictures, app: samples.app.pictures },
    { work: `messages with a picture a second, ${AT_ONCE} at once`, unit: '1/s', app: samples.app.pictures.map(time => 1000 / time) },
    { work: `messages of one word a second, ${AT_ONCE} at once`, unit: '1/s', app: samples.app.words.map(time => 1000 / time) },
  ]
}
