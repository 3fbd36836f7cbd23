import { createHash, scryptSync } from 'node:crypto'
import type { Database } from '../storage/database/database.ts'
import { isPostgres } from '../storage/database/dialects/isPostgres.ts'
import { readLinkSecret } from './signedLinks.ts'

const NAME = 'links'

/**
 * What signs links, the same on all machines: what the operator gave, or a row of a database that machines share, or a
 * file of this one. The first machine's file becomes the row.
 */
export async function openLinkSecret({ given, database, file }: { given: string | undefined, database: Database, file: string }): Promise<Buffer> {
  if (given !== undefined)
    return createHash('sha256').update(given).digest()
  const own = await readLinkSecret(file)
  if (!isPostgres(database))
    return own
  await database.insertInto('server_secrets').values({ name: NAME, value: own.toString('hex') }).onConflict(conflict => conflict.doNothing()).execute()
  const { value } = await database.selectFrom('server_secrets').select('value').where('name', '=', NAME).executeTakeFirstOrThrow()
  return Buffer.from(value, 'hex')
}

/** Bytes of a check value: two different secrets have different ones. */
const CHECK_BYTES = 12

/** By which servers see whether they have the same secret. It takes long to make, so that nobody finds the secret by trying. */
export const checkOfSecret = (secret: Buffer): string => scryptSync(secret, 'satchel: whether it is the same', CHECK_BYTES).toString('hex')
