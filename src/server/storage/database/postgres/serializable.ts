import { Kysely, type TransactionBuilder } from 'kysely'
import { setTimeout as pause } from 'node:timers/promises'
import { DatabaseError, isConflict } from './postgresErrors.ts'
import { createTurnstile } from './turnstile.ts'

const TRIES = 30
/** Milliseconds, at most, before the second try; longer before each further one. */
const PAUSE_MS = 10
/** From so many tries on it runs alone in this process: many at once would end each other for ever, the more the slower the machine. */
const TRIES_TOGETHER = 4

/**
 * A database whose transactions come out as if they had run one after the other, as SQLite runs them. PostgreSQL ends
 * those for which that cannot be: they are run again, so what runs in a transaction must change nothing else.
 */
export class SerializableKysely<Tables> extends Kysely<Tables> {
  readonly #pass = createTurnstile()

  override transaction(): TransactionBuilder<Tables> {
    const builder = super.transaction().setIsolationLevel('serializable')
    const once = builder.execute.bind(builder)
    builder.execute = work => again(isAlone => this.#pass(isAlone, () => once(work)))
    return builder
  }
}

async function again<Result>(run: (isAlone: boolean) => Promise<Result>): Promise<Result> {
  for (let tried = 1; ; tried++) {
    try {
      return await run(tried > TRIES_TOGETHER)
    }
    catch (error) {
      if (!isConflict(error))
        throw error
      if (tried === TRIES)
        throw new DatabaseError('EUNAVAILABLE', { cause: error })
      await pause(Math.random() * PAUSE_MS * tried)
    }
  }
}
