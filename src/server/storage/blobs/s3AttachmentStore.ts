import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { addAbortSignal, Readable } from 'node:stream'
import { unlessMissing } from '../../errors/missing.ts'
import type { S3Address } from './blobAddress.ts'
import { BLOB_KEY, OWNER_NAME, type BlobFacts, type BlobStore, type ByteRange, type SignedLinkOptions } from './blobStore.ts'
import { telling } from './s3Errors.ts'
import { required } from '../../../shared/required.ts'

/** Until the store answers that it is listening, and from then on between two signs of life. */
const CONNECT_MS = 3_000
const SILENCE_MS = 30_000
/** Parts of 5 MiB, the smallest there are, that one put holds at a time. */
const PARTS_AT_ONCE = 2

/** Objects of one bucket, in S3 or what speaks like it; several servers may share it. */
export class S3AttachmentStore implements BlobStore {
  readonly #client: S3Client
  readonly #bucket: string
  readonly #prefix: string

  /** Credentials come from the environment, as the AWS tools take them: `AWS_ACCESS_KEY_ID`, `AWS_PROFILE`, a role, ... */
  constructor({ bucket, prefix, endpoint, region }: S3Address) {
    this.#bucket = bucket
    this.#prefix = prefix
    this.#client = new S3Client({
      region,
      endpoint,
      forcePathStyle: endpoint !== undefined, // a server of one's own seldom has a name for each bucket
      requestChecksumCalculation: 'WHEN_REQUIRED', // the newer checksums break streamed puts elsewhere than at AWS
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
    })
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

  async stream(key: string, range?: ByteRange) {
    const command = new GetObjectCommand({ ...this.#object(key), Range: range && `bytes=${range.start}-${range.end}` })
    const { Body } = await telling(() => this.#client.send(command))
    return Body as Readable // in Node it is one
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

  async owner() {
    const object = await unlessMissing(telling(() => this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + OWNER_NAME }))))
    return (await object?.Body?.transformToString())?.trim()
  }

  async claim(identity: string) {
    await telling(() => this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + OWNER_NAME, Body: identity })))
  }

  async check() {
    await telling(() => this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket })))
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
      throw content.errored ?? error // whoever made the stream knows best why it ended
    }
    finally {
      content.destroy()
    }
  }
}

/** Milliseconds since the epoch. */
const timeOf = (date: Date | undefined) => required(date, 'the date of an object').getTime()
