import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { openBucket, s3 } from './openBucket.ts'

const MOVE = path.resolve(import.meta.dirname, '../../src/server/commands/move.ts')

/** As a person runs it. */
async function runMove(args: string[], environment: Record<string, string>): Promise<string> {
  const env = { PATH: process.env.PATH, AWS_ACCESS_KEY_ID: s3!.accessKeyId, AWS_SECRET_ACCESS_KEY: s3!.secretAccessKey, ...environment }
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', MOVE, ...args], { env })
  return stdout
}

describe.skipIf(!s3)('what one server has', () => {
  test('is moved into a bucket and back, with every message and every byte', async () => {
    const folder = await temporaryFolder()
    const [data, there, back] = ['data', 'there', 'back'].map(name => path.join(folder, name)) as [string, string, string]
    const { address, client } = await openBucket()
    const bucket = `s3://${address.bucket}/satchel?endpoint=${address.endpoint!}&region=us-east-1`
    const server = await openServer({ dataFolder: data })
    await server.request('/api/sessions', json({ id: 'one' }))
    const large = Buffer.from('line of a log\n'.repeat(60_000))
    await server.request('/api/sessions/one/messages', form({ content: '/write made.txt by the agent' }, [file('a.png', pngBytes({ seed: 1 })), file('b.log', large)]))
    await eventually(async () => (await server.messages('one')).map(({ status }) => status)).toEqual(['complete', 'complete'])
    const messages = await server.messages('one')
    await server.close()

    expect(await runMove(['--to', 'sqlite', '--data', there, '--blobs', bucket], { DATA_DIR: data })).toMatch(/Moved 1 sessions, 2 messages and 3 files/)
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: address.bucket }))
    expect(Contents.filter(({ Size = 0 }) => Size === large.length)).toHaveLength(1)
    const inBucket = await openServer({ dataFolder: there, blobStore: { kind: 's3', s3: { ...address, prefix: 'satchel/' } } })
    expect(await inBucket.messages('one')).toEqual(messages)
    expect(Buffer.from(await (await inBucket.request(messages[0]!.attachments[1]!.url)).arrayBuffer()).equals(large)).toBe(true)
    await inBucket.request('/api/sessions/one/messages', form({ content: '/read made.txt' }, [file('c.png', pngBytes({ seed: 2 }))]))
    await eventually(async () => (await inBucket.messages('one')).filter(({ status }) => status === 'complete')).toHaveLength(4)
    const last = await inBucket.messages('one')
    await inBucket.close()

    expect(await runMove(['--to', 'sqlite', '--data', back], { DATA_DIR: there, BLOB_STORE: bucket })).toMatch(/Moved 1 sessions, 4 messages and 4 files/)
    const home = await openServer({ dataFolder: back })
    expect(await home.messages('one')).toEqual(last)
    for (const { url, size } of last.flatMap(({ attachments }) => attachments))
      expect((await (await home.request(url)).arrayBuffer()).byteLength).toBe(size)
    expect(last[3]!.parts[0]).toMatchObject({ type: 'tool', status: 'done', output: { text: 'by the agent\n' } })
  })
})
