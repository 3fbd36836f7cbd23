import { storageScope } from '../device/storageScope.ts'
import { HINT } from './lockState.ts'

/** For the next start; one that is wrong is found out there. */
export function hintLocked(isLocked: boolean): void {
  try {
    if (isLocked)
      localStorage.setItem(storageScope() + HINT, 'on')
    else
      localStorage.removeItem(storageScope() + HINT)
  }
  catch {
    // switched off: the database says so a moment later
  }
}
