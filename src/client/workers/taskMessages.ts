import { FileRejectedError } from '../utils/limits/rejection.ts'
import type { OpenLock } from '../utils/locking/lockState.ts'
import { MissingPartError } from '../utils/network/loadPart.ts'
import { WorkerLostError } from './workerLost.ts'

/** Without a task it asks whether the worker is still there. */
export interface TaskRequest { number: number, task: string | undefined, args: unknown[], scope: string, lock: OpenLock | undefined, limits: Readonly<Record<string, number>> }
export type TaskAnswer = { number: number, result: unknown } | TaskFailure

/** `rejected`, `missing`: a FileRejectedError or a MissingPartError, and what it says beside its sentence. `lost`: the worker itself is gone. */
interface TaskFailure { number: number, failure: string, rejected?: { fitsFolder: boolean }, missing?: { gone: boolean }, lost?: boolean }

/** How far the conversion of an attachment is, which no request asked for. */
export interface TaskProgress { progressOf: string, fraction?: number }

/** Errors lose their class on the way from the worker to the page. */
export function toFailure(number: number, error: Error): TaskFailure {
  const rejected = error instanceof FileRejectedError ? { fitsFolder: error.fitsFolder } : undefined
  const missing = error instanceof MissingPartError ? { gone: error.gone } : undefined
  return { number, failure: error.message, rejected, missing }
}

export function toError({ failure, rejected, missing, lost }: TaskFailure): Error {
  if (rejected)
    return new FileRejectedError(failure, rejected)
  if (lost)
    return new WorkerLostError(failure)
  return missing ? new MissingPartError(missing.gone) : new Error(failure)
}
