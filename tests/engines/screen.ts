import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyToScreen } from '../helpers/screenClipboard.ts'

/** A screen that nobody sees, with a clipboard of its own. */
export async function openScreen() {
  // It takes a free number by itself, and says which.
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1400x1000x24'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const said = child.stdio[3]
  if (!said)
    throw new Error('Xvfb has no line to tell its screen by')
  const [number] = await Promise.race([once(said, 'data'), once(child, 'exit').then(() => { throw new Error('Xvfb does not start') })])
  const env = { DISPLAY: `:${String(number).trim()}` }

  return {
    env,
    copy: (mediaType: string, bytes: Uint8Array) => copyToScreen(mediaType, bytes, { ...process.env, ...env }),
    async close() {
      const exited = once(child, 'exit')
      child.kill()
      await exited
    },
  }
}
