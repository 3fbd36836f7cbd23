import { errorCode } from './problems.ts'

/**
 * What is read, or undefined where the file is not there; a store of blobs says so with the same code as the disk.
 * @throws whatever else went wrong
 */
export async function unlessMissing<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading
  }
  catch (error) {
    if (errorCode(error) === 'ENOENT')
      return undefined
    throw error
  }
}
