import { z } from 'zod'
import type { AddedMessage, AddedMessages, AgentEvent, MemoryEntry, ReceivedFile, Turn } from '../../agent.ts'
import { attachedFiles } from '../../attachedFiles.ts'

/** As the SDK writes it down: a message of its own, or one that was taken in between two steps. */
const Recorded = z.union([
  z.object({ uuid: z.string(), message: z.object({ content: z.array(z.unknown()) }) }).transform(({ uuid, message }) => ({ id: uuid, content: message.content })),
  z.object({ attachment: z.object({ source_uuid: z.string(), prompt: z.array(z.unknown()) }) }).transform(({ attachment }) => ({ id: attachment.source_uuid, content: attachment.prompt })),
])
const FileBlock = z.object({
  type: z.enum(['image', 'document']),
  source: z.object({ type: z.enum(['base64', 'text']), media_type: z.string(), data: z.string() }),
})

type Recorded = z.output<typeof Recorded>

/**
 * What Claude was given of the files of a turn's messages, read from its conversation.
 * @param entries of the conversation already, where the turn goes on
 */
export function createReceipts({ answerId, content, added }: Turn, entries: readonly MemoryEntry[], tell: (events: AgentEvent[]) => void) {
  const given: AddedMessage[] = [{ id: answerId, content }]

  function note(entries: readonly MemoryEntry[], messages: readonly AddedMessage[] = given) {
    for (const entry of entries) {
      const { data } = Recorded.safeParse(entry)
      const message = messages.find(({ id }) => id === data?.id)
      const files = data && message && receivedFiles(data, message)
      if (files)
        tell([{ type: 'received', files, ...message.id !== answerId && { of: message.id } }])
    }
  }

  return {
    /** Hears what is put into the conversation. */
    note: (entries: readonly MemoryEntry[]) => note(entries),

    /** What people add to the turn, as it is given to Claude. */
    added: {
      ...added,
      take() {
        const message = added.take()
        if (message) {
          given.push(message)
          note(entries, [message])
        }
        return message
      },
    } satisfies AddedMessages,
  }
}

/** Undefined where the entry holds other files. */
function receivedFiles({ content: blocks }: Recorded, { content }: AddedMessage): (ReceivedFile | undefined)[] | undefined {
  const files = attachedFiles(content)
  if (!files.length)
    return undefined
  const recorded = blocks.flatMap(block => FileBlock.safeParse(block).data ?? [])
  const told = files.filter(({ block }) => block.type !== 'file') // others only lie in the folder
  if (told.some(({ block }, i) => recorded[i]?.type !== block.type) || told.length !== recorded.length)
    return undefined
  return files.map(({ block }) => {
    const source = recorded[told.findIndex(each => each.block === block)]?.source
    return source && { mimeType: source.media_type, bytes: Buffer.from(source.data, source.type === 'text' ? 'utf8' : 'base64') }
  })
}
