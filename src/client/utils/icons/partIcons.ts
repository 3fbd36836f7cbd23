import { addIcons } from './icons.ts'

addIcons(import.meta.glob<string>(
  '../../../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{chevron-left,chevron-right,clipboard,clock,dash-circle,gear,globe,fonts,lightbulb,link-45deg,question-circle,quote,reply,shield-lock,terminal}.svg',
  { query: '?raw', import: 'default', eager: true },
))

/** The icons of an answer's parts, and of what can be done to it. */
export const partIcons = {
  again: 'arrow-repeat', copied: 'check2', copy: 'clipboard', link: 'link-45deg', next: 'chevron-right', plain: 'fonts', previous: 'chevron-left', quote: 'quote',
  denied: 'dash-circle', failed: 'exclamation-circle', file: 'file-earmark-text', globe: 'globe', pencil: 'pencil', permission: 'shield-lock',
  question: 'question-circle', reply: 'reply', search: 'search', terminal: 'terminal', thought: 'lightbulb', tool: 'gear', trash: 'trash3', waiting: 'clock',
} as const

export type PartIcon = keyof typeof partIcons
