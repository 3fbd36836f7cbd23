import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { openWorkspaces } from '../../src/server/storage/workspace/workspace.ts'
import { temporaryFolder } from '../helpers/openServer.ts'

/** A disk as of a memory card, which is not here to be mounted. */
vi.mock('node:fs/promises', async original => ({
  ...await original<object>(),
  link: () => Promise.reject(Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' })),
}))

test('on a disk that gives no file two names, files are put into the folder, whole and over nothing', async () => {
  const root = await temporaryFolder()
  const workspaces = await openWorkspaces(root)
  const attachments = path.join(await workspaces.ensureFolder('one'), 'attachments')
  await mkdir(attachments)
  await writeFile(path.join(attachments, 'report.pdf'), 'mine')

  expect(await workspaces.place('one', 'report.pdf', Buffer.from('yours'))).toBe('attachments/report-2.pdf')

  expect((await readdir(attachments)).sort()).toEqual(['report-2.pdf', 'report.pdf'])
  expect(await Promise.all(['report.pdf', 'report-2.pdf'].map(name => readFile(path.join(attachments, name), 'utf8')))).toEqual(['mine', 'yours'])
})
