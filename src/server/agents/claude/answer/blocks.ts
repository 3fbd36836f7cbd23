import { z } from 'zod'

// What is read of the SDK's messages. Its published types leave out what is optional here.

const ImageSource = z.object({ type: z.literal('base64'), media_type: z.string(), data: z.string() })

export const ResultBlock = z.object({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  is_error: z.boolean().optional(),
  content: z.union([z.string(), z.array(z.union([
    z.object({ type: z.literal('text'), text: z.string() }),
    z.object({ type: z.literal('image'), source: ImageSource }),
    z.object({ type: z.string() }),
  ]))]).optional(),
})
export type ResultBlock = z.infer<typeof ResultBlock>

/** A message of role user, live or as an entry of the transcript. */
export const ToolResults = z.object({
  message: z.object({ content: z.array(z.unknown()) }),
  tool_use_result: z.unknown().optional(),
  tool_result_meta: z.array(z.object({
    id: z.string(),
    non_execution_kind: z.string().optional(),
    permission_decision: z.object({ decision: z.string() }).optional(),
  })).optional().catch(undefined),
})
export type ToolResults = z.infer<typeof ToolResults>

/** What Write and Edit say of their change. */
export const ChangedFile = z.object({
  filePath: z.string(),
  content: z.string().optional(),
  structuredPatch: z.array(z.object({ oldStart: z.int(), newStart: z.int(), lines: z.array(z.string()) })),
})

/** What a helper reports; what Claude is given of it holds directions that are not meant for a person. */
export const HelpersReport = z.object({ agentId: z.string(), content: z.array(z.object({ type: z.literal('text'), text: z.string() })) })

export const TaskList = z.object({ tasks: z.array(z.object({ id: z.string(), subject: z.string(), status: z.string() })) })
export const CreatedTask = z.object({ task: z.object({ id: z.string(), subject: z.string(), description: z.string().optional() }) })
const taskIds = z.array(z.string()).default([])
export const TaskChange = z.object({ taskId: z.string(), status: z.string().optional(), subject: z.string().optional(), description: z.string().optional(), addBlocks: taskIds, addBlockedBy: taskIds })
/** There is no such task. */
export const RefusedChange = z.object({ success: z.literal(false) })

/** Says that what was streamed of a message does not count: it is said again. */
export const AbandonedBlocks = z.object({ abandoned_blocks: z.object({ api_message_id: z.string(), from_block_index: z.int() }) })

/** Earlier messages that this one replaces. */
export const Superseding = z.object({ supersedes: z.array(z.string()) })
export const Retracting = z.object({ retracted_message_uuids: z.array(z.string()) })
