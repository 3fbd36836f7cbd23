import type { TestProject } from 'vitest/node'
import { hasCeph, installCeph } from './cephPrograms.ts'
import { startCeph } from './cephServer.ts'

export interface S3Server {
  endpoint: string
  accessKeyId: string
  secretAccessKey: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** Undefined where no S3 server can be had. */
    s3: S3Server | undefined
  }
}

/** One real S3 server for all files of the project; installed where that is possible. */
export default async function setup({ provide }: TestProject) {
  installCeph()
  if (!hasCeph()) {
    const message = 'The tests of S3 need Ceph’s gateway (Debian: ceph-mon ceph-osd ceph-common radosgw), and it could not be installed.'
    if (process.env.CI)
      throw new Error(message)
    console.warn(`${message} They are skipped.`)
    provide('s3', undefined)
    return undefined
  }
  const { server, stop } = await startCeph().catch((error: Error) => {
    console.warn(`${error.message}\nOnce more: a port that was free may have been taken meanwhile.`)
    return startCeph()
  })
  provide('s3', server)
  return stop
}
