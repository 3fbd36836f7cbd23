import { addIcons } from './icons.ts'

// Icons of those parts of the app alone that come after the first load: each of these parts imports this.
addIcons(import.meta.glob<string>(
  '../../../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{arrow-down,chat,chevron-left,chevron-right,clock,download,eye,eye-slash,fingerprint,list,upload}.svg',
  { query: '?raw', import: 'default', eager: true },
))
