import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { errorCode } from '../errors/problems.ts'

const SECRET_BYTES = 32

export type SignedLinks = ReturnType<typeof createSignedLinks>

/** Proofs that somebody who may see an attachment gave its address away, for a while. */
export function createSignedLinks(secret: Buffer) {
  const sign = (id: string, expires: number) => createHmac('sha256', secret).update(JSON.stringify([id, expires])).digest()

  return {
    /** @param expires milliseconds since the epoch */
    sign: (id: string, expires: number): string => sign(id, expires).toString('base64url'),

    holds(id: string, expires: number, signature: string): boolean {
      const given = Buffer.from(signature, 'base64url')
      const right = sign(id, expires)
      return given.length === right.length && timingSafeEqual(given, right) && expires > Date.now()
    },
  }
}

/** Made once; with it anybody could make links, so only the server's own user can read it. */
export async function readLinkSecret(file: string): Promise<Buffer> {
  try {
    const handle = await open(file, 'wx', 0o600)
    try {
      const secret = randomBytes(SECRET_BYTES)
      await handle.writeFile(secret)
      await handle.sync()
      return secret
    }
    finally {
      await handle.close()
    }
  }
  catch (error) {
    if (errorCode(error) !== 'EEXIST')
      throw error
  }
  const secret = await readFile(file)
  if (secret.length !== SECRET_BYTES)
    throw new Error('the secret for signed links is damaged: remove the file links.key from the data folder')
  return secret
}
