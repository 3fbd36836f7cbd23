import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { AgentOffer } from '../../../shared/protocol/agent.ts'
import type { Offers } from '../../agents/offer/offers.ts'

/** Who answers, and what can be chosen. */
export const agentRoutes: FastifyPluginAsyncZod<{ offers: Offers }> = async (app, { offers }) => {
  app.get('/api/agent', { schema: { summary: 'Who answers: its models and efforts, its tools and commands, whether it takes messages into a turn that runs, what an answer may cost', response: { 200: AgentOffer } } }, () => offers.offer())
}
