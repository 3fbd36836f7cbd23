import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Puts it on the clipboard of a screen of X11, where it stays until something else is put there. @param env names the screen */
export async function copyToScreen(mediaType: string, bytes: Uint8Array, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const clipboard = spawn('xclip', ['-selection', 'clipboard', '-t', mediaType, '-i'], { env, stdio: ['pipe', 'ignore', 'ignore'] })
  clipboard.stdin.end(bytes)
  await once(clipboard, 'exit')
}
