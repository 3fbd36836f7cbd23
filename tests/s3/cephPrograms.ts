import { existsSync } from 'node:fs'
import path from 'node:path'
import { installCommand, tryCommand } from '../helpers/debianPackages.ts'

const PROGRAMS = ['ceph-mon', 'ceph-osd', 'radosgw', 'ceph', 'radosgw-admin', 'monmaptool']
const PACKAGES = ['ceph-mon', 'ceph-osd', 'ceph-common', 'radosgw']
const FOLDERS = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/usr/sbin']

export const hasCeph = () => PROGRAMS.every(program => FOLDERS.some(folder => existsSync(path.join(folder, program))))

/** Tries to install what is missing, where packages of Debian can be had; half a minute. */
export function installCeph(): void {
  if (!hasCeph())
    tryCommand('S3 server', installCommand(PACKAGES))
}
