// Each icon that the app draws, and no other: what is named here travels with the first load.
const files = import.meta.glob<string>([
  '../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{arrow-clockwise,arrow-down,arrow-repeat,arrow-up,chat,check2}.svg',
  '../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{chevron-left,chevron-right,clock,cloud-slash,download}.svg',
  '../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{exclamation-circle,exclamation-triangle,eye,eye-slash,gear,inboxes,info-circle}.svg',
  '../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{file-earmark,file-earmark-pdf,file-earmark-text,geo-alt-fill,image}.svg',
  '../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{layout-sidebar,list,paperclip,pencil,pin-angle-fill,plus-lg,search,three-dots}.svg',
  '../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{stop-fill,trash3,upload,x-lg}.svg',
], { query: '?raw', import: 'default', eager: true })

/** The SVG of each icon, by its Bootstrap Icons name. */
export const icons: Record<string, string> = Object.fromEntries(
  Object.entries(files).map(([path, svg]) => [path.slice(path.lastIndexOf('/') + 1, -'.svg'.length), svg]),
)
