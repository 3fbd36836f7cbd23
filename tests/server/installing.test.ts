import { execFile } from 'node:child_process'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { installCommand } from '../helpers/debianPackages.ts'
import { temporaryFolder } from '../helpers/openServer.ts'

/** An `apt-get` that writes down what it is asked for, and says something else about its first update. */
async function install(firstUpdate: string) {
  const folder = await temporaryFolder()
  const log = path.join(folder, 'log')
  const program = `#!/bin/sh
for last; do case "$last" in update|install) echo "$last" >> ${log}; asked=$last;; esac; done
[ "$asked" = install ] || [ "$(grep -c update ${log})" -gt 1 ] || { ${firstUpdate}; }
`
  await writeFile(path.join(folder, 'apt-get'), program)
  await chmod(path.join(folder, 'apt-get'), 0o755)
  const ended = await promisify(execFile)('sh', ['-c', installCommand(['chromium'])], { env: { PATH: `${folder}:${process.env.PATH}` } })
    .then(() => 'installed', (error: { stdout: string }) => error.stdout.trim())
  return { ended, asked: (await readFile(log, 'utf8')).trim().split('\n') }
}

test('who installs what the tests need while another installation is under way waits until it is over', async () => {
  expect(await install('echo "E: Could not get lock /var/lib/apt/lists/lock." >&2; exit 100'))
    .toEqual({ ended: 'installed', asked: ['update', 'update', 'install'] })
})

test('and is told at once where packages cannot be had', async () => {
  expect(await install('echo "E: There are no lists." >&2; exit 100')).toEqual({ ended: 'E: There are no lists.', asked: ['update'] })
})
