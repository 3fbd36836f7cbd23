import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'

const PROGRAMS = ['ceph-mon', 'ceph-osd', 'radosgw', 'ceph', 'radosgw-admin', 'monmaptool']
const PACKAGES = ['ceph-mon', 'ceph-osd', 'ceph-common', 'radosgw']
const FOLDERS = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/usr/sbin']

export const hasCeph = () => PROGRAMS.every(program => FOLDERS.some(folder => existsSync(path.join(folder, program))))

/** Tries to install what is missing, where packages of Debian can be had; half a minute. */
export function installCeph(): void {
  if (hasCeph())
    return
  const command = `apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${PACKAGES.join(' ')}`
  console.log(`No S3 server here; trying: ${command}`)
  try {
    execFileSync('sh', ['-c', command], { stdio: 'inherit', timeout: 10 * 60_000 })
  }
  catch (error) {
    console.log(`That did not work: ${(error as Error).message.split('\n')[0]}`)
  }
}
