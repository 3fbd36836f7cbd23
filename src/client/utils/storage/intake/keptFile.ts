import { UnreadableFileError } from '../../limits/rejection.ts'
import type { IntakeFile } from '../intakeRecords.ts'
import { getIntakeFile } from './intakeStorage.ts'

/** A file as the device keeps it, also where a browser took no Blob. */
export const fileOf = ({ file, name, mediaType }: IntakeFile): File => file instanceof File ? file : new File([file], name, { type: mediaType })

/** What is gone where it came from, as a screenshot tool's is a moment later, is read again from where it is safe. */
export async function orFromDevice<Read>(id: string, file: File, read: (file: File) => Promise<Read>): Promise<Read> {
  try {
    return await read(file)
  }
  catch (error) {
    const kept = error instanceof UnreadableFileError ? await getIntakeFile(id).catch(() => undefined) : undefined
    if (!kept)
      throw error
    return read(fileOf(kept))
  }
}
