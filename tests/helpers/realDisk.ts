import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Puts a disk of so many bytes with nothing on it where this folder is. @returns whether this user may */
export const mountDisk = (folder: string, bytes: number): Promise<boolean> =>
  run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]).then(() => true, () => false)

/** Also where something on it is still open. */
export const unmountDisk = async (folder: string): Promise<void> => void await run('umount', ['--lazy', folder])

/** From now on it has no room. @param bytes at least as many as the disk has @returns makes room again */
export async function fillDisk(folder: string, bytes: number): Promise<() => Promise<void>> {
  const ballast = path.join(folder, 'ballast')
  await assert.rejects(writeFile(ballast, randomBytes(bytes)), { code: 'ENOSPC' })
  return () => rm(ballast)
}
