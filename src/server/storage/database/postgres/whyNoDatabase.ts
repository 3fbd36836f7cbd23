import { errorCode } from '../../../errors/problems.ts'

interface Address { where: string, user: string, name: string }

/** What PostgreSQL, or the way to it, says, and what is to be done then. */
const REASONS: Record<string, ((address: Address) => string) | undefined> = {
  '28P01': ({ where, user }) => `The database server at ${where} refuses the user “${user}”: there is no such user, or the password is another one or missing. Check DATABASE_URL.`,
  '28000': ({ where, user }) => `The database server at ${where} does not let the user “${user}” in: there is no such user, or its pg_hba.conf does not allow it from here.`,
  '3D000': ({ where, name, user }) => `There is no database “${name}” on the server at ${where}. Make it: create database "${name}" owner "${user}"; or name another one in DATABASE_URL.`,
  '42501': ({ where, name, user }) => `The user “${user}” may not connect to the database “${name}” at ${where}.`,
  '53300': ({ where }) => `The database server at ${where} takes no more connections: raise its max_connections (25 for each Satchel), or end what holds them.`,
  '57P03': ({ where }) => `The database server at ${where} is just starting or stopping. Start again in a moment.`,
  ECONNREFUSED: ({ where }) => `Nothing listens at ${where}, where DATABASE_URL says that the database is. Check the address, and that the database runs.`,
  ENOTFOUND: ({ where }) => `The name in ${where} is not known. Check the address in DATABASE_URL.`,
  EAI_AGAIN: ({ where }) => `The name in ${where} is not known now. Check the address in DATABASE_URL, and the network.`,
}

/** A sentence for whoever starts the server, without the password. @param url of the database */
export function whyNoDatabase(error: unknown, url: string): string {
  const address = addressOf(url)
  for (let reason: unknown = error; reason instanceof Error; reason = reason.cause) {
    const why = REASONS[errorCode(reason) ?? '']
    if (why)
      return why(address)
  }
  return `The database server at ${address.where} cannot be reached: it does not answer. Check DATABASE_URL, the network, and that the database runs; then start again.`
}

/** Whether the user lacks a right in a database that can be reached. */
export const mayNot = (error: unknown): boolean => errorCode(error) === '42501'

function addressOf(url: string): Address {
  const { hostname, port, username, pathname } = new URL(url)
  const user = decodeURIComponent(username) || 'without a name'
  return { where: `${hostname}:${port || '5432'}`, user, name: decodeURIComponent(pathname.slice(1)) || user }
}
