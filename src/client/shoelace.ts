import { loadPart } from './utils/network/loadPart.ts'

/** Milliseconds. */
const RETRY = 3000

/** Shoelace for what is drawn first, which brings none of it: nobody waits for it. What was shown, or opened, before it is here becomes it then. */
export function loadShoelace(): void {
  loadPart(() => import('./shoelaceParts.ts')).catch((error: unknown) => {
    console.warn('Buttons, the drawer and what explains things could not be loaded yet:', error)
    setTimeout(loadShoelace, RETRY)
  })
}
