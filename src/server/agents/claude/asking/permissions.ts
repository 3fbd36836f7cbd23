import type { CanUseTool, PermissionResult } from '@anthropic-ai/claude-agent-sdk'
import type { PermissionPart } from '../../../../shared/protocol/parts.ts'
import type { AgentEvent, Turn } from '../../agent.ts'
import type { ToolParts } from '../answer/toolParts.ts'
import { ASKING_TOOLS, QUESTION_TOOL } from '../tools/offer.ts'
import { titleOf } from '../tools/toolTitles.ts'
import { askQuestions } from './questions.ts'

/** Characters of a command or an address that are shown: all of it, or the call is refused. */
const SHOWN_CHARS = 100_000

type Input = Record<string, unknown>
type Details = Parameters<CanUseTool>[2]

export interface AskingContext {
  turn: Turn
  /** Aborts when nobody will be asked any more. */
  signal: AbortSignal
  tools: ToolParts
  /** Resolves when the events have their place in the answer. */
  tell: (events: AgentEvent[]) => Promise<void>
  /** Resolves when the call would be known after a crash: nobody is asked before. */
  isKept: (call: string) => Promise<void>
}

const deny = (message: string): PermissionResult => ({ behavior: 'deny', message })
const allow = (input: Input): PermissionResult => ({ behavior: 'allow', updatedInput: input })

/**
 * Whether Claude may use a tool. What lies outside of the workspace is refused without asking; what an operator
 * added is asked of the person, each time. What nobody will answer, because the turn was stopped, stays open.
 */
export function createPermissions(context: AskingContext): CanUseTool {
  return async (name, input, details) => {
    try {
      return await decide(context, name, input, details)
    }
    catch (error) {
      if (context.signal.aborted)
        return new Promise(() => {}) // no answer of ours may become part of the conversation
      throw error
    }
  }
}

async function decide(context: AskingContext, name: string, input: Input, details: Details): Promise<PermissionResult> {
  if (name === QUESTION_TOOL) {
    await context.isKept(details.toolUseID)
    return askQuestions(context.turn, input, details.toolUseID)
  }
  if (!ASKING_TOOLS.some(tool => tool === name) || details.blockedPath !== undefined)
    return deny('What lies outside of your working folder cannot be reached, whoever allows it.')
  const { turn } = context
  const rule = ruleOf(name, input)
  const mayRemember = rule !== undefined && !details.suppressAlwaysAllowRule
  if (mayRemember && turn.allowed.has(rule))
    return allow(input)
  return ask(context, { name, input, details, rule: mayRemember ? rule : undefined })
}

interface Asked { name: string, input: Input, details: Details, rule: string | undefined }

async function ask({ turn, tools, tell, isKept }: AskingContext, { name, input, details, rule }: Asked): Promise<PermissionResult> {
  const description = shown(name, input)
  if (description.length > SHOWN_CHARS)
    return deny('This is too long to be shown to the person, who therefore cannot allow it.')
  await tell([...tools.begin({ id: details.toolUseID, name, input }), ...tools.wait(details.toolUseID, true)])
  await isKept(details.toolUseID)
  const { part, allow: given } = await turn.ask<PermissionPart>({
    type: 'permission', id: `${details.toolUseID}-permission`, toolId: details.toolUseID,
    title: titleOf(name, input, turn.workspaceFolder), description,
    defaultToNo: details.defaultToNo ?? false, mayRemember: rule !== undefined,
    status: 'waiting', answeredBy: null,
  })
  if (part.status !== 'allowed')
    return deny('The person did not allow this.')
  if (given === 'session' && rule !== undefined)
    await turn.allowed.add(rule)
  await tell(tools.wait(details.toolUseID, false))
  return allow(input)
}

/** The whole command or address. */
function shown(name: string, input: Input): string {
  const field = { Bash: 'command', WebFetch: 'url', WebSearch: 'query' }[name] ?? ''
  const text = input[field]
  return typeof text === 'string' ? text : JSON.stringify(input, null, 2)
}

/** What "in this session" allows: this very command, this site, any search. Undefined where it cannot be said. */
function ruleOf(name: string, input: Input): string | undefined {
  if (name === 'WebSearch')
    return name
  if (name === 'Bash')
    return typeof input.command === 'string' ? `Bash ${input.command}` : undefined
  return typeof input.url === 'string' && URL.canParse(input.url) ? `WebFetch ${new URL(input.url).host}` : undefined
}
