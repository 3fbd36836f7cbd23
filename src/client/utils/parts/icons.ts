const files = import.meta.glob<string>(
  '../../../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{arrow-repeat,check2,chevron-left,chevron-right,clipboard,clock,dash-circle,exclamation-circle,file-earmark-text,gear,globe,fonts,lightbulb,link-45deg,pencil,question-circle,quote,search,shield-lock,terminal,trash3}.svg',
  { query: '?raw', import: 'default', eager: true },
)

const NAMES = {
  again: 'arrow-repeat', copied: 'check2', copy: 'clipboard', link: 'link-45deg', next: 'chevron-right', plain: 'fonts', previous: 'chevron-left', quote: 'quote',
  denied: 'dash-circle', failed: 'exclamation-circle', file: 'file-earmark-text', globe: 'globe', pencil: 'pencil', permission: 'shield-lock',
  question: 'question-circle', search: 'search', terminal: 'terminal', thought: 'lightbulb', tool: 'gear', trash: 'trash3', waiting: 'clock',
} as const

export type PartIcon = keyof typeof NAMES

const svgOf = (name: string) => Object.entries(files).find(([path]) => path.endsWith(`/${name}.svg`))?.[1] ?? ''

/** The icons of an answer's parts, as `src` of an `sl-icon`. Those of `icons.ts` travel with the first load; these do not. */
export const partIcons = Object.fromEntries(
  Object.entries(NAMES).map(([part, name]) => [part, `data:image/svg+xml,${encodeURIComponent(svgOf(name))}`]),
) as Record<PartIcon, string>

/** Their outlines in a box of 16, for what is drawn by the hundred: an `sl-icon` for each of them is felt when a long conversation opens. */
export const iconOutlines = Object.fromEntries(
  Object.entries(NAMES).map(([part, name]) => [part, [...svgOf(name).matchAll(/ d="([^"]+)"/g)].map(([, outline]) => outline).join('')]),
) as Record<PartIcon, string>
