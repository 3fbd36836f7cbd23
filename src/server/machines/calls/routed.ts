import type { SessionKey } from '../../identity/sessionKey.ts'
import type { Routes } from './routes.ts'

/** A function of a session, done where the session's turns run. Its arguments and its result are what JSON can hold. */
export function routed<Args extends unknown[], Result>({ route }: Routes, name: string, work: (session: SessionKey, ...args: Args) => Promise<Result>) {
  const go = route(name, (session, args: Args) => work(session, ...args))
  return (session: SessionKey, ...args: Args): Promise<Result> => go(session, args)
}
