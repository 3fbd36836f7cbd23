import { z } from 'zod'
import type { MemoryEntry, ReceivedFile, Turn } from '../../agent.ts'
import { attachedFiles } from '../../attachedFiles.ts'

const Recorded = z.object({ message: z.object({ content: z.array(z.unknown()) }) })
const FileBlock = z.object({
  type: z.enum(['image', 'document']),
  source: z.object({ type: z.enum(['base64', 'text']), media_type: z.string(), data: z.string() }),
})

/** The files of the question as its entry in the conversation holds them; undefined where it is not that entry, or holds others. */
export function receivedFiles(entry: MemoryEntry, { answerId, content }: Turn): (ReceivedFile | undefined)[] | undefined {
  const files = attachedFiles(content)
  if (entry.uuid !== answerId || !files.length)
    return undefined
  const recorded = (Recorded.safeParse(entry).data?.message.content ?? []).flatMap(block => FileBlock.safeParse(block).data ?? [])
  const told = files.filter(({ block }) => block.type !== 'file') // others only lie in the folder
  if (told.some(({ block }, i) => recorded[i]?.type !== block.type) || told.length !== recorded.length)
    return undefined
  return files.map(({ block }) => {
    const source = recorded[told.findIndex(each => each.block === block)]?.source
    return source && { mimeType: source.media_type, bytes: Buffer.from(source.data, source.type === 'text' ? 'utf8' : 'base64') }
  })
}
