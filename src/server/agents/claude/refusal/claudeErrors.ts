import type { SDKAssistantMessageError } from '@anthropic-ai/claude-agent-sdk'

/** The SDK's files of the conversation are gone. */
export const CONVERSATION_IS_GONE = /no conversation found/i

const REASONS: Partial<Record<SDKAssistantMessageError, string>> = {
  authentication_failed: 'Claude did not accept the API key. Check ANTHROPIC_API_KEY and start the server again.',
  billing_error: 'Claude did not answer because of a billing problem with the account of the API key.',
  rate_limit: 'The limit of requests to Claude is reached for now. Try again in a few minutes.',
  overloaded: 'Claude is overloaded at the moment. Try again in a moment.',
  model_not_found: 'The model that should answer does not exist, or the API key may not use it.',
  server_error: 'Claude cannot be reached, or has a problem of its own. Try again in a moment.',
  max_output_tokens: 'The answer became longer than Claude can answer at once.',
}

/** What the API says of a request as a whole. */
const WHOLE: [says: RegExp, reason: string][] = [
  [/prompt is too long/i, 'with this message the conversation is too long for it. Send less at once, or begin a new session.'],
  [/request too large/i, 'with this message the conversation is larger than the 32 MB that it takes. Send smaller files, or begin a new session.'],
  [/safeguards flagged/i, 'the model’s safeguards stopped it. Say it in other words, begin a new session, or choose another model.'],
  [/text content blocks must/i, 'a text of this message is empty.'],
]

/** Undefined where it is about a part of the request, or about something else altogether. */
export const reasonOfWhole = (text: string): string | undefined => WHOLE.find(([says]) => says.test(text))?.[1]

/** A sentence for the person. What is not known by name is quoted, without anything that looks like a path, an address or a key. */
export function readableReason(known: SDKAssistantMessageError | undefined, error: unknown): string {
  const reason = known && REASONS[known]
  if (reason)
    return reason
  const text = error instanceof Error ? error.message : ''
  const whole = reasonOfWhole(text)
  if (whole)
    return `Claude could not answer: ${whole}`
  const harmless = text
    .replace(/^Claude Code returned an error result: /, '')
    .replace(/^API Error:\s*/, '')
    .replace(/sk-[\w-]+|\S*[\\/]\S*|\b[\d.]+:\d+\b/g, '…')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200)
  return harmless ? `Claude could not answer: ${harmless}` : 'Claude could not answer.'
}
