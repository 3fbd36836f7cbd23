import { mkdir } from 'node:fs/promises'
import path from 'node:path'

/** What a process needs of ours to run and to reach the network; nothing else of our environment is handed on. */
const HANDED_ON = ['PATH', 'LANG', 'TZ', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE']

/** The whole environment of the agent's process, and the folders that it names. */
export async function prepareClaudeEnvironment({ folder, apiKey, baseUrl }: {
  /** For the agent's own files: the conversations it can go on with, its temporary images. */
  folder: string
  apiKey: string
  baseUrl?: string
}): Promise<Record<string, string>> {
  const folders = {
    HOME: path.join(folder, 'home'),
    CLAUDE_CONFIG_DIR: path.join(folder, 'config'),
    CLAUDE_CODE_TMPDIR: path.join(folder, 'tmp'),
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
}
