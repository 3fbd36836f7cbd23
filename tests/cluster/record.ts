import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Message } from '../../src/shared/protocol/message.ts'
import { promise } from '../torture/violation.ts'
import { askOnce } from './engines.ts'
import type { Person } from './person.ts'
import { readSession } from './readSession.ts'

/** Writes down, in the database itself, each state that a message is ever given: also what is overwritten later. */
export async function watchStates(databaseUrl: string) {
  await askOnce(databaseUrl, `
    create table torture_states (number bigserial primary key, message_id text not null, role text not null, status text not null);
    create function torture_note() returns trigger language plpgsql as $$
      begin
        if tg_op = 'INSERT' or new.status <> old.status then
          insert into torture_states (message_id, role, status) values (new.id, new.role, new.status);
        end if;
        return new;
      end $$;
    create trigger torture_note after insert or update of status on messages for each row execute function torture_note();
  `)
  return {
    /** By message: all its states in their order. */
    async read(): Promise<Map<string, string>> {
      const { rows } = await askOnce(databaseUrl, 'select message_id, string_agg(status, \' \' order by number) as states from torture_states group by message_id')
      return new Map(rows.map(({ message_id, states }) => [String(message_id), String(states)]))
    },
  }
}

const once = (states: string, status: string) => states.split(' ').filter(state => state === status).length === 1

/** What was accepted is stored once, was answered once, and everybody saw the same. @returns how much there is */
export async function compare(urls: readonly string[], sessions: readonly string[], people: readonly Person[], states: Map<string, string>) {
  const all = new Map<string, Message>()
  for (const session of sessions) {
    const [one, ...others] = await Promise.all(urls.map(url => readSession(url, session)))
    for (const other of others)
      promise(isDeepStrictEqual(other, one), `the servers do not show the same of ${session}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`)
    one!.messages.forEach(message => all.set(message.id, message))
    promise(one!.messages.every(({ sequence }, i) => sequence === i + 1), `the messages of ${session} are not numbered without a gap`)
  }
  const answers = new Map<string | null, Message[]>()
  for (const message of all.values())
    answers.set(message.replyTo, [...answers.get(message.replyTo) ?? [], message])
  let accepted = 0
  for (const person of people) {
    for (const { written, message } of person.accepted.values()) {
      accepted++
      const stored = [...all.values()].filter(({ clientMessageId }) => clientMessageId === written.id)
      promise(stored.length === 1 && stored[0]!.id === message.id, `${written.id} was accepted and is stored ${stored.length} times`)
      const replies = answers.get(message.id) ?? []
      promise(replies.length === 1, `${written.id} has ${replies.length} answers`)
      promise(replies[0]!.status === 'complete', `the answer to ${written.id} is ${replies[0]!.status}: ${JSON.stringify(replies[0]!.problem)}`)
      written.check(replies[0]!)
      for (const { id } of [message, replies[0]!])
        promise(once(states.get(id) ?? '', 'complete') && once(states.get(id) ?? '', id === message.id ? 'accepted' : 'running'), `${id} was ${states.get(id)}`)
    }
    for (const followed of person.followed.values()) {
      for (const known of followed.messages().values())
        promise(isSame(known, all.get(known.id)), `${person.name} sees ${JSON.stringify(known)} where ${JSON.stringify(all.get(known.id))} is stored`)
      const stored = [...all.values()].filter(({ sessionId }) => sessionId === followed.session)
      promise(stored.length === followed.messages().size, `${person.name} sees ${followed.messages().size} of ${stored.length} messages of ${followed.session}`)
    }
  }
  promise(all.size === 2 * accepted, `${accepted} were accepted, and ${all.size} messages are stored`)
  return { accepted, files: await compareFiles(urls[0]!, all.values()) }
}

const shownOf = ({ id, role, status, text, parts, sequence }: Message) => ({ id, role, status, text, parts, sequence })
const isSame = (known: Message, stored: Message | undefined) => stored !== undefined && isDeepStrictEqual(shownOf(known), shownOf(stored))

/** @returns how many files there are, each byte for byte what its row says */
async function compareFiles(url: string, messages: Iterable<Message>): Promise<number> {
  let count = 0
  for (const { attachments } of messages) {
    for (const { url: path, sha256 } of attachments) {
      const response = await fetch(url + path)
      const bytes = new Uint8Array(await response.arrayBuffer())
      promise(response.ok && createHash('sha256').update(bytes).digest('hex') === sha256, `${path} is not what was stored: ${response.status}, ${bytes.length} bytes`)
      count++
    }
  }
  return count
}
