// What is named here travels with the first load; the others are in `laterIcons.ts`.
const files = import.meta.glob<string>([
  '../../../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{arrow-repeat,arrow-up,check2}.svg',
  '../../../../node_modules/@shoelace-style/shoelace/dist/assets/icons/cloud-slash.svg',
  '../../../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{exclamation-circle,exclamation-triangle,inboxes,info-circle,sliders}.svg',
  '../../../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{file-earmark,file-earmark-pdf,file-earmark-text,geo-alt-fill,image}.svg',
  '../../../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{layout-sidebar,list,paperclip,pencil,pin-angle-fill,plus-lg,search}.svg',
  '../../../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{stop-fill,trash3,x-lg}.svg',
], { query: '?raw', import: 'default', eager: true })

/** What is drawn of each icon, in a box of 16, by its name of Bootstrap Icons: out of the bundle, so that they are there offline. */
export const outlines: Record<string, string> = {}

/** @param svgs by the path of their file */
export function addIcons(svgs: Record<string, string>): void {
  for (const [path, svg] of Object.entries(svgs))
    outlines[path.slice(path.lastIndexOf('/') + 1, -'.svg'.length)] = outlineOf(svg)
}

/** Its paths as one; each begins where it would alone. */
function outlineOf(svg: string): string {
  return Array.from(svg.matchAll(/ d="([^"]+)"/g), ([, path]) => `M0 0${path}`).join('')
}

addIcons(files)
