import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { AgentOffer } from '../../../shared/protocol/agent.ts'
import { getAgent } from '../../utils/network/api.ts'

/** Who answers on this server, and what can be chosen. */
export const useAgentOfferStore = defineStore('agentOffer', () => {
  /** Undefined until it is known, and towards a server that does not say. */
  const offer = shallowRef<AgentOffer>()

  /** With each connection: the server may be another one by now. What was known stays where it cannot be asked. */
  async function load(): Promise<void> {
    try {
      offer.value = await getAgent()
    }
    catch (error) {
      console.warn('Which models there are is not known yet.', error)
    }
  }

  return { offer, load }
})
