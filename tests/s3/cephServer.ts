import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort } from '../helpers/freePort.ts'
import { cephConfiguration, type CephPlaces } from './cephConfiguration.ts'

const run = promisify(execFile)
/** On a machine that was just started and is busy it takes minutes instead of seconds. */
const PATIENCE_MS = 180_000
/** Of what a program wrote, as much as is told where it did not start. */
const LAST_CHARS = 2000

/** A whole Ceph on this machine, as small as it gets: one monitor, one store in memory, one gateway that speaks S3. */
export async function startCeph() {
  const places: CephPlaces = {
    folder: await mkdtemp(path.join(tmpdir(), 'satchel-s3-')),
    fsid: randomUUID(),
    monitorPort: await freePort(),
    gatewayPort: await freePort(),
  }
  const ceph = cephIn(places)
  try {
    await startStore(ceph, places)
    const { gateway, ...server } = await startGateway(ceph, places)
    return { server, freeze: () => gateway.kill('SIGSTOP'), thaw: () => gateway.kill('SIGCONT'), stop: ceph.stop }
  }
  catch (error) {
    const told = await ceph.lastLog()
    await ceph.stop()
    throw new Error(`Ceph did not start.\n${told}`, { cause: error })
  }
}

/** Ceph's programs on one cluster: some are asked something, some stay. */
function cephIn({ folder }: CephPlaces) {
  const env = { ...process.env, CEPH_CONF: path.join(folder, 'ceph.conf') }
  const deadline = AbortSignal.timeout(PATIENCE_MS)
  const daemons: ChildProcess[] = []

  return {
    deadline,
    ask: async (program: string, ...args: string[]) => (await run(program, args, { env, signal: deadline })).stdout,

    async start(program: string, ...args: string[]) {
      const log = await open(path.join(folder, `${program}.out`), 'w')
      const daemon = spawn(program, ['-f', ...args], { env, stdio: ['ignore', log.fd, log.fd] })
      daemons.push(daemon)
      await log.close()
      return daemon
    },

    /** What each of them wrote last. */
    async lastLog() {
      const names = (await readdir(folder)).filter(name => name.endsWith('.out') || name.endsWith('.log'))
      const texts = await Promise.all(names.map(name => readFile(path.join(folder, name), 'utf8')))
      return names.map((name, i) => `${name}: ${texts[i]!.slice(-LAST_CHARS)}`).join('\n')
    },

    async stop() {
      await Promise.all(daemons.filter(daemon => daemon.exitCode === null).map(daemon => new Promise((resolve) => {
        daemon.once('exit', resolve)
        daemon.kill('SIGKILL') // it holds nothing that anybody would miss
      })))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

type Ceph = ReturnType<typeof cephIn>

async function startStore({ ask, start, deadline }: Ceph, places: CephPlaces) {
  const file = (name: string) => path.join(places.folder, name)
  await writeFile(file('ceph.conf'), cephConfiguration(places))
  await writeFile(file('keyring'), '')
  await mkdir(file('mon'))
  await mkdir(file('osd'))

  await ask('monmaptool', '--create', '--fsid', places.fsid, '--addv', 'a', `[v1:127.0.0.1:${places.monitorPort}]`, file('monmap'))
  await ask('ceph-mon', '--mkfs', '-i', 'a', '--monmap', file('monmap'), '--keyring', file('keyring'))
  await start('ceph-mon', '-i', 'a')

  const osd = randomUUID()
  await ask('ceph', 'osd', 'new', osd)
  await ask('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osd)
  await ask('ceph', 'osd', 'crush', 'add', 'osd.0', '1', 'root=default', 'host=here')
  await start('ceph-osd', '-i', '0')
  await until(async () => (JSON.parse(await ask('ceph', 'osd', 'stat', '-f', 'json')) as { num_up_osds: number }).num_up_osds === 1, deadline)
}

async function startGateway({ ask, start, deadline }: Ceph, { gatewayPort }: CephPlaces) {
  const endpoint = `http://127.0.0.1:${gatewayPort}`
  const [accessKeyId, secretAccessKey] = [randomUUID(), randomUUID()]
  const gateway = await start('radosgw', '-n', 'client.gateway')
  await ask('radosgw-admin', 'user', 'create', '--uid=satchel', '--display-name=Satchel', `--access-key=${accessKeyId}`, `--secret-key=${secretAccessKey}`)
  await until(async () => (await fetch(endpoint)).ok, deadline)
  return { gateway, endpoint, accessKeyId, secretAccessKey }
}

/** Asks again until it is so; an error means not yet. */
async function until(isSo: () => Promise<boolean>, deadline: AbortSignal) {
  for (;;) {
    deadline.throwIfAborted()
    if (await isSo().catch(() => false))
      return
    await pause(100)
  }
}
