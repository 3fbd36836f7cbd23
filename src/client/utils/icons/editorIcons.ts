import { addIcons } from './icons.ts'

// Icons of what is done to files before they are sent.
addIcons(import.meta.glob<string>(
  '../../../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{arrow-clockwise,arrow-counterclockwise,arrow-up-right,crop,droplet-half,eraser-fill,square,type}.svg',
  { query: '?raw', import: 'default', eager: true },
))
