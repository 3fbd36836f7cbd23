import type { AttachmentKind } from './attachments.ts'
import type { Edits } from './files/edits.ts'
import type { OriginalImage, ReadFrom, ReceiptView } from './files/origins.ts'
import type { TextReading } from './text/readText.ts'

/** What is in no picture yet: it was drawn, or drawn and taken back again. */
export type UnsavedKind = 'drawn' | 'taken back'

/** An attachment as it is shown, whether it is still a draft or already sent. */
export interface AttachmentView {
  id: string
  /** As it is shown: without what would hide or turn a part of it. */
  name: string
  kind: AttachmentKind
  mimeType: string
  /** Bytes of the file itself, not of its base64. 0 while not known yet. */
  size: number
  width?: number
  height?: number
  pages?: number
  /** A PDF whose author restricts what may be done with it. */
  restricted?: boolean
  /** It moves; Claude sees only its first frame. */
  animated?: boolean
  /** It says that it has to be turned, and is sent, and shown, as it lies. */
  sideways?: boolean
  /** It says where it was taken. */
  hasPosition?: boolean
  /** What it was before it was brought within the limits. */
  original?: OriginalImage
  /** What the person says of it. */
  caption?: string
  /** What the person has done to it. */
  edits?: Edits
  /** What was done to it in the editor, and is not in it. */
  unsaved?: UnsavedKind
  /** A text that was read from an Office document; the document itself goes into the agent's folder. */
  readFrom?: ReadFrom
  /** How its bytes were read as text, where that is not just UTF-8. */
  reading?: TextReading
  /** A small picture, ready for an `img`. */
  thumbnail?: string
  /** Where the picture is served that Claude sees, if a browser would show another one. */
  still?: string
  /** Where the bytes are served. Without one its bytes are on this device. */
  url?: string
  /** Where the agent put it, relative to its folder. */
  path?: string
  /** What the agent says that it was given, once it has. */
  receipt?: ReceiptView
  /** How far its conversion is, from 0 to 1, while it is being prepared and takes a while. */
  progress?: number
  /** While it is being prepared: the device holds it as it was given. */
  safe?: boolean
  /** The same, and it was found there: an earlier page has left it, or another tab is at it. */
  found?: boolean
  /** It cannot be prepared yet: the server is away, or what the page that prepares it needs for that is there no more. It is tried again. */
  waitsFor?: 'server' | 'reload' | 'other-tab'
  /** `preparing`: being read and saved. `saved`: safe on this device or on the server. `tab-only`: gone with the tab. `gone`: the browser has removed its bytes. */
  state: 'preparing' | 'saved' | 'tab-only' | 'gone'
}
