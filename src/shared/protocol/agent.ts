import { z } from 'zod'

// Who answers, what it can be asked to be, and what an answer took.

/** Who is to answer, and how hard it tries. What is not given stays as it was in the session; null is the agent's default. */
export const AgentChoice = z.object({
  /** `id` of one of the models of GET /api/agent. */
  model: z.string().min(1).max(200).nullish(),
  /** One of the model's `efforts`. */
  effort: z.string().min(1).max(40).nullish(),
})
export type AgentChoice = z.infer<typeof AgentChoice>

export const AgentModel = z.object({
  id: z.string(),
  /** For a person. */
  name: z.string(),
  description: z.string(),
  /** From little to much; none where it cannot be chosen. */
  efforts: z.array(z.string()),
  /** It answers where nobody chose. */
  isDefault: z.boolean(),
})
export type AgentModel = z.infer<typeof AgentModel>

export const AgentOffer = z.object({
  name: z.string(),
  /** A sentence: who answers. */
  description: z.string(),
  models: z.array(AgentModel),
  /** Tools that it may use, by their own names; those that ask each time among them. */
  tools: z.array(z.string()),
  /** Lines of a message that it takes as commands, with what they do. */
  commands: z.array(z.object({ name: z.string(), usage: z.string(), description: z.string() })),
  /** It takes a message that waits into a turn that runs. */
  steers: z.boolean(),
  limits: z.object({
    /** US dollars that one answer may cost; null where nobody set a limit. */
    budgetUsd: z.number().nullable(),
  }),
})
export type AgentOffer = z.infer<typeof AgentOffer>

/** What the figures count: an agent that is no model has no tokens, and counts bytes. */
const Counted = z.enum(['tokens', 'bytes'])
export type Counted = z.infer<typeof Counted>

/** How full the window of a conversation was when an answer ended. */
export const ContextUse = z.object({
  /** Of `counts`. */
  used: z.number(),
  window: z.number(),
  /** Where the earlier part is summed up to make room; null where it never is. */
  compactsAt: z.number().nullable(),
})
export type ContextUse = z.infer<typeof ContextUse>

/** What one answer took, as the agent tells it: an estimate, no bill. */
export const Usage = z.object({
  /** The one that answered; where several did, the one that said most. */
  model: z.string(),
  counts: Counted,
  /** All that was read for it, each time that it was read. */
  inputTokens: z.number(),
  /** Of these, what was read from a cache, which costs less. */
  cachedTokens: z.number(),
  outputTokens: z.number(),
  /** US dollars; null where nobody knows. */
  costUsd: z.number().nullable(),
  /** From the question to the last word. */
  seconds: z.number(),
  context: ContextUse.nullable(),
})
export type Usage = z.infer<typeof Usage>

/** Of all answers of a session, other versions' and stopped ones' among them: what was spent is spent. */
export const UsageSum = Usage.pick({ counts: true, inputTokens: true, cachedTokens: true, outputTokens: true, costUsd: true, seconds: true }).extend({
  /** How many told what they took. */
  answers: z.int(),
})
export type UsageSum = z.infer<typeof UsageSum>
