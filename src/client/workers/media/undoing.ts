import { uuid } from '../../../shared/uuid.ts'

/** Milliseconds: longer than a person is offered to undo, who may keep the offer by pointing at it. */
const KEPT = 60_000

/** What was removed a moment ago, bytes included: the page's own thread never holds them. */
const kept = new Map<string, () => Promise<unknown>>()

/** @returns the id under which it can be undone, for a while */
export function keepForUndo(putBack: () => Promise<unknown>): string {
  const id = uuid()
  kept.set(id, putBack)
  setTimeout(() => kept.delete(id), KEPT)
  return id
}

/** @throws where it was done already, or too long ago */
export async function undo<Result>(id: string): Promise<Result> {
  const putBack = kept.get(id)
  if (!putBack)
    throw new Error('it was too long ago')
  kept.delete(id)
  return await putBack() as Result
}
