import { CAPTION_CHARS } from './files/caption.ts'

/**
 * The facts about attachments that the browser and the server must agree on:
 * which types exist, and how large things may be.
 *
 * Limits are what Claude accepts as of November 2026. They change: change them here.
 */

const KiB = 1024
const MiB = 1024 * KiB
const GiB = 1024 * MiB

/** The image types Claude reads. Decided by an image's bytes, never by its name. */
export const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const
export const PDF_TYPE = 'application/pdf'
export const TEXT_TYPE = 'text/plain'

export type ImageType = typeof IMAGE_TYPES[number]
export type MediaType = ImageType | typeof PDF_TYPE | typeof TEXT_TYPE
/** `file`: whatever Claude cannot be shown; it lies in the agent's workspace. */
export type AttachmentKind = 'image' | 'pdf' | 'txt' | 'file'

export const LIMITS = {
  /** Bytes of one file, after normalising. The product's own rule: 5 x 1024 x 1024. */
  fileBytes: 5 * MiB,
  /** Bytes of one file that comes over REST, as it is: 10 x 1024 x 1024. What is larger than `fileBytes` is reduced for the agent, or named to it. */
  uploadBytes: 10 * MiB,
  /** Bytes of one file that goes into the agent's workspace only. */
  workspaceFileBytes: 25 * MiB,
  /** Bytes of a file that the agent made and that is handed out: a larger one stays in its folder only. */
  agentFileBytes: 50 * MiB,
  /** Files that one turn may hand out. */
  agentFilesPerTurn: 100,
  /** Files and folders of a workspace that are looked at after a turn. */
  workspaceEntries: 20_000,
  /** Files of one upload. */
  filesPerUpload: 20,
  /** Bytes of what an image is reduced to for the agent, where the server does it. */
  reducedImageBytes: 1.5 * MiB,
  /** Bytes of a picture as it is given: a larger one is not even read. What leaves is reduced to the limits below. */
  imageSourceBytes: 50 * MiB,
  /** Bytes of a PDF as it is given: one with more than `fileBytes`, or with more than `pdfPages`, is cut before it is sent. */
  pdfSourceBytes: 50 * MiB,
  /** Pixels of a picture as it is given; decoding takes four bytes for each. */
  imageSourcePixels: 120_000_000,
  /** Pixels of all pictures of one message together: a hundred as they are sent, or four of the largest as they are given. */
  messagePixels: 480_000_000,
  /** Pixels of an image's longer side as it is sent: what Claude takes once a conversation holds more than 20 images. */
  imageEdge: 2000,
  /** Characters of an image's base64, 3,932,160 bytes: the smallest of what Claude's platforms take. A server may set another. */
  imageBase64Chars: 5_242_880,
  /** Bytes of an image from which on the Agent SDK compresses it once more on its own. */
  imageRecompressedBytes: 500_000,
  /** Images and PDF pages of a whole conversation. */
  mediaPerConversation: 100,
  /** Pages of one PDF. */
  pdfPages: 100,
  /** Attachments of one message; Claude counts images and PDF pages of a whole conversation to 100. */
  attachmentsPerMessage: 100,
  /** From this many attachments on a remark says that answers get slower and less exact. */
  attachmentsRemark: 20,
  /** Bytes of one message as it travels (JSON with base64). Claude takes 32 MB; the rest is the model's own framing. */
  messageBytes: 30 * MiB,
  /** Bytes of a message's own text; a longer one is offered as a file. */
  messageTextBytes: 1 * MiB,
  /** Bytes of texts and parts on one page of messages, and characters from which on one of its texts comes cut. */
  pageBytes: 4 * MiB,
  pageTextChars: 256 * KiB,
  /** Bytes of all fields of a form that are no files, and of one of them that is not the text. */
  formFieldsBytes: 2 * MiB,
  formFieldBytes: 8 * KiB,
  /** Values in the JSON of one request or frame: a hundred attachments with all their names are a tenth of that. */
  jsonValues: 20_000,
  /** Bytes of one WebSocket frame that the server reads before it disconnects. */
  frameBytes: 48 * MiB,
  /** From this many bytes on a frame travels as binary, where the server says that it reads those. */
  binaryFrameBytes: 1 * MiB,
  /** Bytes of a text that the agent gets in its request; a longer one lies in its folder and is named by path. */
  inlineTextBytes: 1 * MiB,
  /** Characters of a pasted text from which on it is offered as a file. */
  pastedTextChars: 10_000,
  /** Characters of a document's title. */
  titleChars: 500,
  /** Characters of a file name as it is stored and shown, all that a document's title may have; longer ones keep their beginning and their extension. */
  filenameChars: 500,
  /** Characters of what a person says of a picture. */
  captionChars: CAPTION_CHARS,
  /** Characters of an idempotency key. */
  idempotencyKeyChars: 255,
  /** Characters of a session's title. */
  sessionTitleChars: 200,
  /** Characters of a project's id. */
  projectIdChars: 200,
  /** Bytes of a file with exported drafts: two thousand screenshots. A larger one is not read. */
  draftsFileBytes: 2 * GiB,
} as const

export type Limits = { readonly [Name in keyof typeof LIMITS]: number }

/** What a server may set `imageBase64Chars` to: a picture that can still be read, and what `fileBytes` become. */
export const IMAGE_BASE64_CHARS = { least: 400_000, most: 6_990_508 } as const

export const isImageMimeType = (mimeType: string): mimeType is ImageType =>
  (IMAGE_TYPES as readonly string[]).includes(mimeType)

export const isDocumentMimeType = (mimeType: string): boolean => mimeType === PDF_TYPE || mimeType === TEXT_TYPE

export function kindOf(mimeType: string): AttachmentKind {
  if (isImageMimeType(mimeType))
    return 'image'
  if (mimeType === PDF_TYPE)
    return 'pdf'
  return mimeType === TEXT_TYPE ? 'txt' : 'file'
}

/** Bytes -> "1.8 MB" or "12 GB", in the units the limits are written in (1 MB = 1024 x 1024 bytes). */
export function formatBytes(bytes: number): string {
  if (bytes < KiB)
    return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`
  const [amount, unit] = bytes < MiB ? [bytes / KiB, 'KB'] : bytes < GiB ? [bytes / MiB, 'MB'] : [bytes / GiB, 'GB']
  return `${amount < 10 ? amount.toFixed(1).replace(/\.0$/, '') : Math.round(amount)} ${unit}`
}
