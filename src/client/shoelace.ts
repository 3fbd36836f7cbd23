import '@shoelace-style/shoelace/dist/components/button/button.js'
import '@shoelace-style/shoelace/dist/components/icon/icon.js'
import '@shoelace-style/shoelace/dist/components/spinner/spinner.js'
import { registerIconLibrary } from '@shoelace-style/shoelace/dist/utilities/icon-library.js'
import { icons } from './utils/icons/icons.ts'
import { loadPart } from './utils/network/loadPart.ts'

// Out of the bundle, as data: URIs: the app asks no server for an icon, and draws them offline.
registerIconLibrary('default', {
  resolver: name => `data:image/svg+xml,${encodeURIComponent(icons[name] ?? '')}`,
})

/** Milliseconds. */
const RETRY = 3000

/** What opens over the page: nobody waits for it while the page is drawn. What was opened before it is here opens then. */
export function loadOverlays(): void {
  loadPart(() => import('./shoelaceOverlays.ts')).catch((error: unknown) => {
    console.warn('The drawer and what explains things could not be loaded yet:', error)
    setTimeout(loadOverlays, RETRY)
  })
}
