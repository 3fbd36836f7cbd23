import { z } from 'zod'

// Who answers.

/** Who is to answer, and how hard it tries. What is not given stays as it was in the session; null is the agent's default. */
export const AgentChoice = z.object({
  /** `id` of one of the models of GET /api/agent. */
  model: z.string().min(1).max(200).nullish(),
  /** One of the model's `efforts`. */
  effort: z.string().min(1).max(40).nullish(),
})
export type AgentChoice = z.infer<typeof AgentChoice>
