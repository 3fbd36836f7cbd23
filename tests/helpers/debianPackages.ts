import { execFileSync } from 'node:child_process'

const APT = 'DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -o DPkg::Lock::Timeout=600 -o APT::Acquire::Retries=3'

/** The lists of packages have a lock of their own, for which `apt-get` does not wait by itself. */
const UPDATE = `until said=$(${APT} update 2>&1); do case "$said" in *"Could not get lock"*) sleep 2;; *) echo "$said"; exit 1;; esac; done`

/** As a command for a shell. Another installation may be under way: it is waited for. */
export const installCommand = (packages: readonly string[]) =>
  `${UPDATE}; ${APT} install -y --no-install-recommends ${packages.join(' ')}`

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
