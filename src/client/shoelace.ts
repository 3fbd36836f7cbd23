import '@shoelace-style/shoelace/dist/components/button/button.js'
import '@shoelace-style/shoelace/dist/components/drawer/drawer.js'
import '@shoelace-style/shoelace/dist/components/icon/icon.js'
import '@shoelace-style/shoelace/dist/components/spinner/spinner.js'
import '@shoelace-style/shoelace/dist/components/tooltip/tooltip.js'
import { registerIconLibrary } from '@shoelace-style/shoelace/dist/utilities/icon-library.js'
import { icons } from './icons.ts'

// Out of the bundle, as data: URIs: the app asks no server for an icon, and draws them offline.
registerIconLibrary('default', {
  resolver: name => `data:image/svg+xml,${encodeURIComponent(icons[name] ?? '')}`,
})
