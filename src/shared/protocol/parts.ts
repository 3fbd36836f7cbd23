import { z } from 'zod'
import { Attachment } from './attachment.ts'

// What an agent's message is made of, in order. Every part has an id that is unique in its message.

/** Characters of a tool's `input` as JSON; what is longer is cut and says so. */
export const TOOL_INPUT_CHARS = 16 * 1024
/** Characters of a tool's `output.text`; what is longer is cut and says so. */
export const TOOL_OUTPUT_CHARS = 64 * 1024

const PartId = z.string().min(1).max(200)
/** ISO 8601. */
const Time = z.iso.datetime()

const TextPart = z.object({ type: z.literal('text'), id: PartId, text: z.string() })
type TextPart = z.infer<typeof TextPart>

const ThinkingPart = z.object({
  type: z.literal('thinking'),
  id: PartId,
  text: z.string(),
  /** How long it took; null while it goes on, or where nobody measured. */
  seconds: z.number().nullable(),
})
type ThinkingPart = z.infer<typeof ThinkingPart>

/** What a tool changed in a file: lines begin with `+`, `-` or a space. */
export const FileChange = z.object({
  /** Relative to the workspace, with `/`. */
  path: z.string(),
  hunks: z.array(z.object({ oldStart: z.int(), newStart: z.int(), lines: z.array(z.string()) })),
})
export type FileChange = z.infer<typeof FileChange>

export const ToolOutput = z.object({
  text: z.string().optional(),
  /** Some of the text was left out. */
  truncated: z.boolean().optional(),
  /** Pictures that the tool returned: attachments of the message. */
  images: z.array(Attachment).optional(),
  change: FileChange.optional(),
  /** In place of a folded tool's `change`: how many lines came and went. */
  changed: z.object({ added: z.int(), removed: z.int() }).optional(),
})
export type ToolOutput = z.infer<typeof ToolOutput>

export const ToolPart = z.object({
  type: z.literal('tool'),
  id: PartId,
  name: z.string(),
  /** For a person: "Read report.pdf". */
  title: z.string(),
  /** The tool's own; where it was too long, `{}`, and `truncated` says so. */
  input: z.record(z.string(), z.unknown()),
  truncated: z.boolean().optional(),
  /**
   * What it was given and returned is left out, because the page was asked for with `tools=folded`: all of it comes from
   * GET /api/sessions/:id/messages/:msgId/parts/:partId.
   */
  folded: z.boolean().optional(),
  status: z.enum(['running', 'waiting', 'done', 'failed', 'denied']),
  startedAt: Time,
  endedAt: Time.nullable(),
  output: ToolOutput.nullable(),
  /** The tool part of the subagent that used this one; null for the agent's own. */
  parentId: PartId.nullable(),
})
export type ToolPart = z.infer<typeof ToolPart>

export const Question = z.object({
  header: z.string(),
  question: z.string(),
  options: z.array(z.object({ label: z.string(), description: z.string() })),
  multiSelect: z.boolean(),
})
export type Question = z.infer<typeof Question>

/** A label, several labels, or words of the person's own. */
export const AnswerValue = z.union([
  z.string(),
  z.array(z.string()).max(20),
  z.strictObject({ other: z.string().max(10_000) }),
])
export type AnswerValue = z.infer<typeof AnswerValue>

export const QuestionPart = z.object({
  type: z.literal('question'),
  id: PartId,
  /** One to four. */
  questions: z.array(Question),
  status: z.enum(['waiting', 'answered', 'dismissed']),
  /** By the question's text; null while nobody answered. */
  answers: z.record(z.string(), AnswerValue).nullable(),
})
export type QuestionPart = z.infer<typeof QuestionPart>

export const PermissionPart = z.object({
  type: z.literal('permission'),
  id: PartId,
  /** The tool part it is about. */
  toolId: PartId.nullable(),
  title: z.string(),
  /** The whole command or address, as text. */
  description: z.string().nullable(),
  /** To be thought about: nothing allows it with one key. */
  defaultToNo: z.boolean(),
  /** "Allow in this session" may be offered. */
  mayRemember: z.boolean(),
  status: z.enum(['waiting', 'allowed', 'denied']),
  /** The user who answered. */
  answeredBy: z.string().nullable(),
})
export type PermissionPart = z.infer<typeof PermissionPart>

const TasksPart = z.object({
  type: z.literal('tasks'),
  id: PartId,
  items: z.array(z.object({ text: z.string(), status: z.enum(['pending', 'in_progress', 'completed']) })),
})
type TasksPart = z.infer<typeof TasksPart>

const NoticePart = z.object({
  type: z.literal('notice'),
  id: PartId,
  /** Stable, for programs: `compacted`, `retrying`, `left_out`, `model_changed`, ... */
  code: z.string(),
  text: z.string(),
})
type NoticePart = z.infer<typeof NoticePart>

export const Part = z.discriminatedUnion('type', [TextPart, ThinkingPart, ToolPart, QuestionPart, PermissionPart, TasksPart, NoticePart])
export type Part = z.infer<typeof Part>

/** What a person says to a question or a permission. Exactly one of the three is given. */
export const PartAnswer = z.strictObject({
  /** By the question's text; every question needs one. */
  answers: z.record(z.string().max(10_000), AnswerValue).optional(),
  allow: z.union([z.literal('once'), z.literal('session'), z.literal(false)]).optional(),
  /** The question is not answered; the agent is told so and goes on. */
  dismiss: z.literal(true).optional(),
}).refine(({ answers, allow, dismiss }) => [answers, allow, dismiss].filter(given => given !== undefined).length === 1, 'Give one of answers, allow and dismiss.')
export type PartAnswer = z.infer<typeof PartAnswer>
