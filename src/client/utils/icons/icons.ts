// What is named here travels with the first load; the others are in `laterIcons.ts`.
const files = import.meta.glob<string>([
  '../../../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{arrow-repeat,arrow-up,check2}.svg',
  '../../../../node_modules/@shoelace-style/shoelace/dist/assets/icons/cloud-slash.svg',
  '../../../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{exclamation-circle,exclamation-triangle,inboxes,info-circle,sliders}.svg',
  '../../../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{file-earmark,file-earmark-pdf,file-earmark-text,geo-alt-fill,image}.svg',
  '../../../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{layout-sidebar,list,paperclip,pencil,pin-angle-fill,plus-lg,search}.svg',
  '../../../../node_modules/@shoelace-style/shoelace/dist/assets/icons/{stop-fill,trash3,x-lg}.svg',
], { query: '?raw', import: 'default', eager: true })

/** The SVG of each icon, by its Bootstrap Icons name. */
export const icons: Record<string, string> = {}

/** @param svgs by the path of their file */
export function addIcons(svgs: Record<string, string>): void {
  for (const [path, svg] of Object.entries(svgs))
    icons[path.slice(path.lastIndexOf('/') + 1, -'.svg'.length)] = svg
}

addIcons(files)
