import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { base64Length, formatBytes, LIMITS } from '../../../shared/attachments.ts'
import type { PostMessage } from '../../../shared/protocol/rest.ts'
import { decodeBase64 } from '../../inspection/decoding.ts'
import { refuserOf } from '../../errors/fileRefusal.ts'
import type { GivenFile } from '../../inspection/inspection.ts'
import type { SentMessage } from '../../messages/messages.ts'
import { refusal } from '../../errors/problems.ts'
import type { IncomingFile } from '../../attachments/uploads.ts'
import { formParts } from '../multipart.ts'

type Body = Pick<SentMessage, 'text' | 'attachments' | 'uploadIds' | 'clientMessageId'>

/** The message of a request, whichever of its two forms it has. */
export async function readMessage(request: FastifyRequest): Promise<Body> {
  if (request.isMultipart())
    return readForm(request)
  if (!request.body)
    throw refusal(415, 'unsupported_media_type', 'A message is JSON or a form: Content-Type application/json or multipart/form-data.')
  return fromJson(request.body as z.output<typeof PostMessage>)
}

function fromJson({ content, attachments, uploadIds, clientMessageId }: z.output<typeof PostMessage>): Body {
  return { text: content, attachments: attachments.map(attachment => ({ file: decode(attachment) })), uploadIds, clientMessageId }
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
  const files: GivenFile[] = []
  const uploadIds: string[] = []
  let text = ''
  let clientMessageId: string | undefined
  let room = LIMITS.messageBytes
  for await (const part of formParts(request)) {
    if ('file' in part) {
      const file = await readFile(part.file, room)
      room -= base64Length(file.bytes.length)
      files.push(file)
    }
    else if (part.name === 'content')
      text = part.value
    else if (part.name === 'clientMessageId')
      clientMessageId = part.value
    else if (part.name === 'uploadIds')
      uploadIds.push(...readIds(part.value))
  }
  return { text, attachments: files.map(file => ({ file })), uploadIds, clientMessageId }
}

/** @param room bytes that the message may still grow by, as it is sent */
async function readFile({ filename, mimeType, content }: IncomingFile, room: number): Promise<GivenFile> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of content) {
    size += chunk.length
    if (size > LIMITS.uploadBytes)
      throw tooLarge(filename)
    if (base64Length(size) > room)
      throw refusal(413, 'message_too_large', `The message has more than the ${formatBytes(LIMITS.messageBytes)} that are possible. Send some of the files in a second message.`)
    chunks.push(chunk)
  }
  return { filename, mimeType, bytes: Buffer.concat(chunks) }
}

const tooLarge = (filename: string) => refuserOf(filename)(413, `it has more than the ${formatBytes(LIMITS.uploadBytes)} that one file may have.`)

/** One id, several with commas between, or a JSON list; the field may come more than once. */
const readIds = (value: string): string[] => value.replace(/[[\]"\s]/g, '').split(',').filter(Boolean)
