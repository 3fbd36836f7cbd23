import { refusal } from '../errors/problems.ts'

/**
 * All attachments of a message: what is attached once more stands at its places, the others around it in their order.
 * @param places from 0, one for each that is attached once more; without them those stand first
 * @throws a 400 where the places are others than there can be
 */
export function inPlaces<One>(again: readonly One[], places: readonly number[] | undefined, others: readonly One[]): One[] {
  if (!places?.length)
    return [...again, ...others]
  const count = again.length + others.length
  const wanted = new Set(places)
  if (places.length !== again.length || wanted.size < places.length || places.some(place => !Number.isInteger(place) || place < 0 || place >= count))
    throw refusal(400, 'invalid_request', 'Each attachment that is attached once more has one place, counted from 0 among all of the message.')
  const ordered = again.map((one, i) => ({ one, place: places[i] ?? 0 })).sort((a, b) => a.place - b.place)
  return ordered.reduce<One[]>((all, { one, place }) => all.toSpliced(place, 0, one), [...others])
}
