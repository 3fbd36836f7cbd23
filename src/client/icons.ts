import arrowClockwise from '@shoelace-style/shoelace/dist/assets/icons/arrow-clockwise.svg?raw'
import arrowDown from '@shoelace-style/shoelace/dist/assets/icons/arrow-down.svg?raw'
import arrowUp from '@shoelace-style/shoelace/dist/assets/icons/arrow-up.svg?raw'
import aspectRatio from '@shoelace-style/shoelace/dist/assets/icons/aspect-ratio.svg?raw'
import chevronLeft from '@shoelace-style/shoelace/dist/assets/icons/chevron-left.svg?raw'
import chevronRight from '@shoelace-style/shoelace/dist/assets/icons/chevron-right.svg?raw'
import clock from '@shoelace-style/shoelace/dist/assets/icons/clock.svg?raw'
import cloudSlash from '@shoelace-style/shoelace/dist/assets/icons/cloud-slash.svg?raw'
import download from '@shoelace-style/shoelace/dist/assets/icons/download.svg?raw'
import exclamationCircle from '@shoelace-style/shoelace/dist/assets/icons/exclamation-circle.svg?raw'
import exclamationTriangle from '@shoelace-style/shoelace/dist/assets/icons/exclamation-triangle.svg?raw'
import fileEarmarkPdf from '@shoelace-style/shoelace/dist/assets/icons/file-earmark-pdf.svg?raw'
import fileEarmarkText from '@shoelace-style/shoelace/dist/assets/icons/file-earmark-text.svg?raw'
import image from '@shoelace-style/shoelace/dist/assets/icons/image.svg?raw'
import infoCircle from '@shoelace-style/shoelace/dist/assets/icons/info-circle.svg?raw'
import layoutSidebar from '@shoelace-style/shoelace/dist/assets/icons/layout-sidebar.svg?raw'
import list from '@shoelace-style/shoelace/dist/assets/icons/list.svg?raw'
import paperclip from '@shoelace-style/shoelace/dist/assets/icons/paperclip.svg?raw'
import pencil from '@shoelace-style/shoelace/dist/assets/icons/pencil.svg?raw'
import plusLg from '@shoelace-style/shoelace/dist/assets/icons/plus-lg.svg?raw'
import stopFill from '@shoelace-style/shoelace/dist/assets/icons/stop-fill.svg?raw'
import trash3 from '@shoelace-style/shoelace/dist/assets/icons/trash3.svg?raw'
import xLg from '@shoelace-style/shoelace/dist/assets/icons/x-lg.svg?raw'

/** Every icon the app draws, by its Bootstrap Icons name: add the import and a line. */
export const icons: Record<string, string> = {
  'arrow-clockwise': arrowClockwise,
  'arrow-down': arrowDown,
  'arrow-up': arrowUp,
  'aspect-ratio': aspectRatio,
  'chevron-left': chevronLeft,
  'chevron-right': chevronRight,
  clock,
  'cloud-slash': cloudSlash,
  download,
  'exclamation-circle': exclamationCircle,
  'exclamation-triangle': exclamationTriangle,
  'file-earmark-pdf': fileEarmarkPdf,
  'file-earmark-text': fileEarmarkText,
  image,
  'info-circle': infoCircle,
  'layout-sidebar': layoutSidebar,
  list,
  paperclip,
  pencil,
  'plus-lg': plusLg,
  'stop-fill': stopFill,
  trash3,
  'x-lg': xLg,
}
