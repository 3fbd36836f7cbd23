import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { IncomingMessage } from 'node:http'
import { addAbortSignal, Readable } from 'node:stream'
import { unlessMissing } from '../../errors/missing.ts'
import type { S3Address } from './blobAddress.ts'
import { BLOB_KEY, MARK_NAME, OWNER_NAME, type BlobFacts, type BlobStore, type ByteRange, type SignedLinkOptions } from './blobStore.ts'
import { openS3Client } from './s3Client.ts'
import type { S3Connections } from './s3Connections.ts'
import { telling } from './s3Errors.ts'
import { required } from '../../../shared/required.ts'

/** Parts of 5 MiB, the smallest there are, that one put holds at a time. */
const PARTS_AT_ONCE = 2

/** Objects of one bucket, in S3 or what speaks like it; several servers may share it. */
export class S3AttachmentStore implements BlobStore {
  readonly #client: S3Client
  readonly #connections: S3Connections
  readonly #bucket: string
  readonly #prefix: string

  constructor(address: S3Address) {
    this.#bucket = address.bucket
    this.#prefix = address.prefix
    const { client, connections } = openS3Client(address)
    this.#client = client
    this.#connections = connections
  }

  async put(key: string, content: Uint8Array | Readable, { signal }: { signal?: AbortSignal } = {}) {
    const object = this.#object(key)
    if (content instanceof Readable)
      return this.#upload({ ...object, Body: content }, signal)
    const command = new PutObjectCommand({ ...object, Body: content, ContentLength: content.length })
    await telling(() => this.#client.send(command, { abortSignal: signal }))
  }

  async read(key: string) {
    const command = new GetObjectCommand(this.#object(key))
    return telling(async () => {
      const { Body } = await this.#client.send(command)
      return Buffer.from(await required(Body, 'the body of an object').transformToByteArray())
    })
  }

  async stream(key: string, range?: ByteRange): Promise<Readable> {
    const command = new GetObjectCommand({ ...this.#object(key), Range: range && `bytes=${range.start}-${range.end}` })
    const { Body } = await telling(() => this.#client.send(command))
    const body = Body as IncomingMessage // in Node it is one
    this.#connections.reads(body)
    return body
  }

  async head(key: string): Promise<BlobFacts | undefined> {
    const command = new HeadObjectCommand(this.#object(key))
    const head = await unlessMissing(telling(() => this.#client.send(command)))
    return head && { size: required(head.ContentLength, 'the length of an object'), putAt: timeOf(head.LastModified) }
  }

  async delete(key: string) {
    const command = new DeleteObjectCommand(this.#object(key))
    await telling(() => this.#client.send(command))
  }

  async* listOlderThan(time: number) {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.#client }, { Bucket: this.#bucket, Prefix: this.#prefix })) {
      for (const { Key, LastModified } of Contents) {
        const key = Key?.slice(this.#prefix.length) ?? ''
        if (BLOB_KEY.test(key) && timeOf(LastModified) < time)
          yield key
      }
    }
  }

  /** Of the first thousand; the next time takes the next. */
  async removeUnfinished(time: number) {
    const { Uploads = [] } = await telling(() => this.#client.send(new ListMultipartUploadsCommand({ Bucket: this.#bucket, Prefix: this.#prefix })))
    for (const { Key, UploadId, Initiated } of Uploads) {
      if (timeOf(Initiated) < time)
        await telling(() => this.#client.send(new AbortMultipartUploadCommand({ Bucket: this.#bucket, Key, UploadId })))
    }
  }

  async signedLink(key: string, { seconds, contentType, contentDisposition }: SignedLinkOptions) {
    const command = new GetObjectCommand({
      ...this.#object(key),
      ResponseContentType: contentType,
      ResponseContentDisposition: contentDisposition,
    })
    return telling(() => getSignedUrl(this.#client, command, { expiresIn: seconds }))
  }

  owner = () => this.#readNote(OWNER_NAME)
  claim = (identity: string) => this.#writeNote(OWNER_NAME, identity)
  mark = () => this.#readNote(MARK_NAME)
  setMark = (id: string) => this.#writeNote(MARK_NAME, id)

  async check() {
    await telling(() => this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket })))
  }

  async #readNote(name: string): Promise<string | undefined> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + name })
    return unlessMissing(telling(async () => (await (await this.#client.send(command)).Body?.transformToString())?.trim()))
  }

  async #writeNote(name: string, value: string): Promise<void> {
    await telling(() => this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + name, Body: value })))
  }

  #object(key: string) {
    if (!BLOB_KEY.test(key))
      throw new Error('not a key of the store')
    return { Bucket: this.#bucket, Key: this.#prefix + key }
  }

  /** In parts, because its length is not known; the object is there once all of them are. */
  async #upload(params: { Bucket: string, Key: string, Body: Readable }, signal?: AbortSignal) {
    const { Body: content } = params
    content.on('error', () => undefined) // told by the upload, which reads it
    if (signal)
      addAbortSignal(signal, content)
    const upload = new Upload({ client: this.#client, params, queueSize: PARTS_AT_ONCE })
    try {
      await telling(() => upload.done())
    }
    catch (error) {
      const { errored } = content
      const isOnlyGivenUp = errored?.name === 'AbortError' && !signal?.aborted // by the upload, when it failed
      throw errored && !isOnlyGivenUp ? errored : error // whoever made the stream knows best why it ended
    }
    finally {
      content.destroy()
    }
  }
}

/** Milliseconds since the epoch. */
const timeOf = (date: Date | undefined) => required(date, 'the date of an object').getTime()
