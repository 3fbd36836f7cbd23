import type { Options, query, SDKUserMessage } from '@anthropic-ai/claude-agent-sdk'
import type { Agent, AgentEvent, Turn } from '../agent.ts'
import { readAnswer } from './claudeAnswer.ts'
import { toSdkBlocks } from './claudeBlocks.ts'
import { CONVERSATION_IS_GONE } from './claudeErrors.ts'
import { readToken } from './claudeToken.ts'
import { findApiWords } from './claudeTranscript.ts'

/** What we need of the package, which may not be there. */
export interface Sdk { query: typeof query }

const SYSTEM_PROMPT = `You are Claude, talking with a person in a chat. Answer in Markdown.
Your working folder belongs to this conversation alone. What the person attaches also lies in it, in the folder "attachments".
You can read and write files in your working folder. There is no shell.`

const FORGOTTEN = '> Claude no longer has the earlier part of this conversation.\n\n'

/**
 * Claude through the Agent SDK. Each turn is a process of its own, which goes on where the last one ended.
 * `env` is all that it gets to know of the server's environment.
 */
export function createClaudeAgent(sdk: Sdk, env: Record<string, string>): Agent {
  async function* ask(turn: Turn, signal: AbortSignal): AsyncGenerator<AgentEvent> {
    const process = new AbortController()
    const end = () => process.abort()
    signal.addEventListener('abort', end, { once: true })
    try {
      const messages = sdk.query({
        prompt: onePrompt(turn, process.signal),
        options: { ...optionsFor(turn), env, abortController: process },
      })
      yield* readAnswer(messages, turn, (session, entry) => findApiWords(env.CLAUDE_CONFIG_DIR ?? '', session, entry))
    }
    finally {
      end() // also lets go of the prompt, which must stay open until the answer is complete
    }
  }

  return {
    name: 'claude',
    description: 'Claude answers.',

    async* run(turn, signal) {
      try {
        yield* ask(turn, signal)
      }
      catch (error) {
        if (!turn.resume || !(error instanceof Error && CONVERSATION_IS_GONE.test(error.message)))
          throw error
        yield { type: 'delta', text: FORGOTTEN }
        yield* ask({ ...turn, resume: undefined }, signal)
      }
    },
  }
}

function optionsFor({ resume, workspaceFolder }: Turn): Options {
  return {
    ...readToken(resume),
    cwd: workspaceFolder,
    systemPrompt: SYSTEM_PROMPT,
    // What a person writes is never read as a command, or as the name of a file of this server.
    verbatimPrompts: true,
    includePartialMessages: true,
    // Nothing that lies on this machine changes how it works.
    settingSources: [],
    strictMcpConfig: true,
    // Files, and no shell. In its folder it may do as it likes; what is outside would need
    // somebody's permission, and there is nobody who gives it.
    tools: ['Read', 'Write', 'Edit', 'Glob', 'Grep'],
    permissionMode: 'acceptEdits',
    permissionPrompts: 'none',
  }
}

/** The SDK stops as soon as there is no more to come, so there is more to come until the turn is over. */
async function* onePrompt({ content }: Turn, over: AbortSignal): AsyncGenerator<SDKUserMessage> {
  yield { type: 'user', parent_tool_use_id: null, message: { role: 'user', content: toSdkBlocks(content) } }
  await new Promise(resolve => over.addEventListener('abort', resolve, { once: true }))
}
