import { createHash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'

/** What a process needs of ours to run and to reach the network; nothing else of our environment is handed on. */
const HANDED_ON = ['PATH', 'LANG', 'TZ', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE']

export interface ClaudeEnvironments {
  /** The whole environment of the agent's process for one session, and the folders that it names. */
  prepare(session: SessionName): Promise<Record<string, string>>
  /** Removes the session's folders. */
  remove(session: SessionName): Promise<void>
}

interface SessionName { tenant: string, sessionId: string }

/** @param root for the agent's own files, a folder for each session: its copy of the conversation, its temporary images */
export function claudeEnvironments({ root, apiKey, baseUrl }: { root: string, apiKey: string, baseUrl?: string }): ClaudeEnvironments {
  const folderOf = ({ tenant, sessionId }: SessionName) =>
    path.join(root, 'sessions', createHash('sha256').update(JSON.stringify([tenant, sessionId])).digest('hex').slice(0, 32))

  return {
    async prepare(session) {
      const folder = folderOf(session)
      const folders = {
        HOME: path.join(folder, 'home'),
        CLAUDE_CONFIG_DIR: path.join(folder, 'config'),
        CLAUDE_CODE_TMPDIR: path.join(folder, 'tmp'),
        TMPDIR: path.join(folder, 'tmp'),
      }
      for (const each of Object.values(folders))
        await mkdir(each, { recursive: true, mode: 0o700 })
      return {
        ...Object.fromEntries(HANDED_ON.flatMap(name => process.env[name] === undefined ? [] : [[name, process.env[name]]])),
        ...folders,
        ANTHROPIC_API_KEY: apiKey,
        ...baseUrl !== undefined && { ANTHROPIC_BASE_URL: baseUrl },
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        CLAUDE_CODE_MAX_RETRIES: '4', // its own ten keep a person waiting for minutes
        CLAUDE_AGENT_SDK_CLIENT_APP: 'satchel',
      }
    },

    remove: session => rm(folderOf(session), { recursive: true, force: true }),
  }
}
