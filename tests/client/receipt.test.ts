import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import AttachmentReceipt from '../../src/client/components/preview/AttachmentReceipt.vue'
import { useAgentOfferStore } from '../../src/client/stores/choices/agentOffer.ts'
import type { ReceiptView } from '../../src/shared/files/origins.ts'
import type { AgentOffer } from '../../src/shared/protocol/agent.ts'

const shown = (receipt: ReceiptView) => mount(AttachmentReceipt, { props: { name: 'shot.png', receipt }, attachTo: document.body })

beforeEach(() => setActivePinia(createPinia()))

const answeredBy = (name: string) => { useAgentOfferStore().offer = { name } as AgentOffer }

test('what another agent received is not said to be what Claude received', () => {
  answeredBy('loopback')
  expect(shown({ sha256: 'abc123', mimeType: 'image/png', size: 2048 }).get('button').attributes('aria-label')).toBe('What the agent received of shot.png')
})

test('what Claude received of a file is told when somebody asks', async () => {
  answeredBy('claude')
  const part = shown({ sha256: 'abc123', mimeType: 'image/png', size: 2048, width: 8, height: 8 })
  const button = part.get('button')
  expect(button.attributes('aria-label')).toBe('What Claude received of shot.png')
  expect(part.get('p').isVisible()).toBe(false)

  await button.trigger('click')

  expect(button.attributes('aria-expanded')).toBe('true')
  expect(part.get('p').isVisible()).toBe(true)
  expect(part.get('p').text()).toBe('Identical: 8 × 8, 2 KB. SHA-256 abc123')
})

test('a picture that was reduced on the way says to what', async () => {
  const part = shown({ mimeType: 'image/jpeg', size: 312 * 1024, width: 1568, height: 882 })

  await part.get('button').trigger('click')

  expect(part.get('p').text()).toMatch(/^Reduced to 1568 × 882, .*KB \(image\/jpeg\)\.$/)
})
