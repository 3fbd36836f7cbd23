import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { formatBytes, LIMITS } from '../../../shared/attachments.ts'
import { base64Length } from '../../../shared/base64.ts'
import { AgentChoice } from '../../../shared/protocol/agent.ts'
import type { PostMessage } from '../../../shared/protocol/rest.ts'
import { refuseTooManyAttachments } from '../../inspection/counts.ts'
import { decodeBase64 } from '../../inspection/decoding.ts'
import { refuserOf } from '../../errors/rejectedFile.ts'
import type { GivenFile } from '../../inspection/inspection.ts'
import type { SentMessage } from '../../messages/sentMessage.ts'
import { choiceOf } from '../../messages/choice.ts'
import { refusal } from '../../errors/problems.ts'
import type { IncomingFile } from '../../attachments/uploads.ts'
import { formParts, TEXT_FIELD } from '../multipart.ts'

/** A form's files that are for the agent's workspace only. */
const WORKSPACE_FILES = 'workspaceFiles'
/** The encoding of the texts after it, as RFC 7578 has it: the parser of forms keeps no parameter of a file's type. */
const CHARSET = '_charset_'
/** What is to be said of the file that comes after it. */
const CAPTION = 'caption'

type Body = Pick<SentMessage, 'text' | 'attachments' | 'uploadIds' | 'attachmentIds' | 'attachmentPlaces' | 'replaces' | 'restoresFiles' | 'choice' | 'clientMessageId'>

/** The message of a request, whichever of its two forms it has. */
export async function readMessage(request: FastifyRequest): Promise<Body> {
  if (request.isMultipart())
    return readForm(request)
  if (!request.body)
    throw refusal(415, 'unsupported_media_type', 'A message is JSON or a form: Content-Type application/json or multipart/form-data.')
  return fromJson(request.body as z.output<typeof PostMessage>)
}

function fromJson({ content, attachments, files, uploadIds, attachmentIds, attachmentPlaces, replaces, restoreFiles, model, effort, clientMessageId }: z.output<typeof PostMessage>): Body {
  refuseTooManyAttachments(attachments.length + files.length + uploadIds.length + attachmentIds.length) // before any of them is decoded
  return {
    text: content,
    attachments: [
      ...attachments.map(attachment => ({ file: decode(attachment), caption: attachment.caption })),
      ...files.map(({ name, source }) => ({ workspaceFile: { filename: name || 'file', mimeType: source.mediaType, data: source.data } })),
    ],
    uploadIds,
    attachmentIds,
    attachmentPlaces,
    replaces,
    restoresFiles: restoreFiles,
    choice: choiceOf({ model, effort }),
    clientMessageId,
  }
}

function decode({ filename, mimeType, content }: z.output<typeof PostMessage>['attachments'][number]): GivenFile {
  if (content.length > base64Length(LIMITS.uploadBytes)) // before it costs memory
    throw tooLarge(filename)
  const bytes = decodeBase64(content)
  if (!bytes)
    throw refuserOf(filename)(422, 'its data is not valid base64.')
  return { filename: filename || 'file', mimeType, bytes }
}

async function readForm(request: FastifyRequest): Promise<Body> {
  const attachments: Body['attachments'] = []
  const uploadIds: string[] = []
  const attachmentIds: string[] = []
  const attachmentPlaces: number[] = []
  const single = new Map<string, string>()
  let charset = ''
  let caption: string | undefined
  const shown: Room = { each: LIMITS.uploadBytes, all: LIMITS.messageBytes, left: LIMITS.messageBytes }
  const unshown: Room = { each: LIMITS.workspaceFileBytes, all: LIMITS.frameBytes, left: LIMITS.frameBytes }
  const readAttachment = async (name: string, file: IncomingFile) => name === WORKSPACE_FILES
    ? unseen(await readFile(file, unshown))
    : { file: { ...await readFile(file, shown), charset } }
  for await (const part of formParts(request)) {
    if ('file' in part) {
      attachments.push({ ...await readAttachment(part.name, part.file), caption })
      caption = undefined
    }
    else if (part.name === CAPTION) {
      caption = part.value
    }
    else if (part.name === CHARSET)
      charset = part.value
    else if (part.name === 'uploadIds')
      uploadIds.push(...readIds(part.value))
    else if (part.name === 'attachmentIds')
      attachmentIds.push(...readIds(part.value))
    else if (part.name === 'attachmentPlaces')
      attachmentPlaces.push(...readIds(part.value).map(Number))
    else
      single.set(part.name, part.value)
    refuseTooManyAttachments(Math.max(attachments.length + uploadIds.length + attachmentIds.length, attachmentPlaces.length))
  }
  return {
    text: single.get(TEXT_FIELD) ?? '',
    attachments,
    uploadIds,
    attachmentIds,
    attachmentPlaces,
    replaces: single.get('replaces'),
    restoresFiles: single.get('restoreFiles') === 'true',
    choice: choiceIn(single),
    clientMessageId: single.get('clientMessageId'),
  }
}

/** A form has no null: an empty field is the agent's default. */
function choiceIn(fields: ReadonlyMap<string, string>) {
  const { success, data } = AgentChoice.safeParse(Object.fromEntries(['model', 'effort'].flatMap(name => fields.has(name) ? [[name, fields.get(name) || null]] : [])))
  if (!success)
    throw refusal(400, 'invalid_request', 'The name of a model, or of an effort, is too long.')
  return choiceOf(data)
}

const unseen = ({ filename, mimeType, bytes }: GivenFile) => ({ workspaceFile: { filename, mimeType, data: bytes } })

interface Room {
  /** Bytes that one file may have. */
  each: number
  /** Bytes that the message may have as it is sent, and what is left of them. */
  all: number
  left: number
}

async function readFile({ filename, mimeType, content }: IncomingFile, room: Room): Promise<GivenFile> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of content) {
    size += chunk.length
    if (size > room.each)
      throw tooLarge(filename, room.each)
    if (base64Length(size) > room.left)
      throw refusal(413, 'message_too_large', `The message has more than the ${formatBytes(room.all)} that are possible. Send some of the files in a second message.`)
    chunks.push(chunk)
  }
  room.left -= base64Length(size)
  return { filename, mimeType, bytes: Buffer.concat(chunks) }
}

const tooLarge = (filename: string, most: number = LIMITS.uploadBytes) => refuserOf(filename)(413, `it has more than the ${formatBytes(most)} that one file may have.`)

/** One id, several with commas between, or a JSON list; the field may come more than once. */
const readIds = (value: string): string[] => value.replace(/[[\]"\s]/g, '').split(',').filter(Boolean)
