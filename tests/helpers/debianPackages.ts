import { execFileSync } from 'node:child_process'

/** As a command for a shell. Another installation may be under way: it is waited for. */
export const installCommand = (packages: readonly string[]) =>
  ['update', `install -y --no-install-recommends ${packages.join(' ')}`]
    .map(action => `DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -o APT::Acquire::Retries=3 ${action}`)
    .join(' && ')

/** Tries it, and tells what it does: it may be impossible here, which the caller then sees. */
export function tryCommand(missing: string, command: string): void {
  console.log(`No ${missing} here; trying: ${command}`)
  try {
    execFileSync('sh', ['-c', command], { stdio: 'inherit', timeout: 20 * 60_000 })
  }
  catch (error) {
    console.log(`That did not work: ${(error as Error).message.split('\n')[0]}`)
  }
}
