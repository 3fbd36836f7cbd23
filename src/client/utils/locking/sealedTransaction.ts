import type { IDBPCursorWithValue, IDBPObjectStore, IDBPTransaction } from 'idb'
import type { OpenLock } from './lockState.ts'
import { openRecord, sealRecord } from './sealedRecords.ts'
import { createTurns, type Turns } from './transactionTurns.ts'

/** Ids, names of locks and what opens the others: nothing that a person wrote. */
const AS_THEY_ARE = new Set(['leases', 'lock'])

type Transaction = IDBPTransaction<unknown, string[], 'readwrite'>
type Store = IDBPObjectStore<unknown, string[], string, 'readwrite'>
type Index = ReturnType<Store['index']>
type Cursor = IDBPCursorWithValue<unknown, string[], string, unknown, 'readwrite'>
type Query = IDBValidKey | IDBKeyRange | null

/**
 * A transaction through which everything is sealed while it is written, and opened while it is read; keys and what
 * indexes need stay as they are. It has what the storage modules use, and keeps the order in which they ask.
 */
export function sealedTransaction(tx: Transaction, lock: OpenLock) {
  const turns = createTurns(tx)
  return {
    objectStore: (name: string) => AS_THEY_ARE.has(name) ? tx.objectStore(name) : sealedStore(tx.objectStore(name), turns, lock),
    done: tx.done,
    abort: () => tx.abort(),
  }
}

function sealedStore(store: Store, { keep, inTurn }: Turns, lock: OpenLock) {
  const keyOf = (value: unknown, key?: IDBValidKey) => key ?? (value as { id: string }).id
  const seal = (value: object, key: IDBValidKey) => lock.record.state === 'on' ? sealRecord(lock, store.name, value, key) : Promise.resolve(value)
  const opened = (found: unknown, key: IDBValidKey) => keep(openRecord(lock, store.name, found, key))
  const all = async (source: Store | Index, query?: Query) => {
    const [keys, values] = await inTurn(() => Promise.all([source.getAllKeys(query), source.getAll(query)]))
    return keep(Promise.all(values.map((value, i) => openRecord(lock, store.name, value, keys[i] as IDBValidKey))))
  }

  async function write(value: object, key: IDBValidKey, ask: (sealed: object) => Promise<unknown>) {
    const preparing = seal(value, key)
    let sealed = value
    return inTurn(() => ask(sealed), preparing.then((made) => { sealed = made }))
  }

  async function cursorOf(asked: Promise<Cursor | null>) {
    const cursor = await asked
    if (!cursor)
      return null
    const { key, primaryKey } = cursor
    return {
      key, primaryKey,
      value: await opened(cursor.value, primaryKey),
      delete: () => inTurn(() => cursor.delete()),
      update: (value: object) => write(value, primaryKey, sealed => cursor.update(sealed)),
      continue: (): unknown => cursorOf(inTurn(() => cursor.continue() as Promise<Cursor | null>)),
    }
  }

  const reading = (source: Store | Index) => ({
    getAll: (query?: Query) => all(source, query),
    getAllKeys: (query?: Query) => inTurn(() => source.getAllKeys(query)),
    openCursor: (query?: Query, direction?: IDBCursorDirection) => cursorOf(inTurn(() => source.openCursor(query, direction) as Promise<Cursor | null>)),
  })

  return {
    ...reading(store),
    keyPath: store.keyPath,
    index: (name: string) => reading(store.index(name)),
    get: async (key: IDBValidKey) => opened(await inTurn(() => store.get(key)), key),
    getKey: (key: IDBValidKey) => inTurn(() => store.getKey(key)),
    put: (value: object, key?: IDBValidKey) => write(value, keyOf(value, key), sealed => store.put(sealed, key)),
    delete: (key: IDBValidKey) => inTurn(() => store.delete(key)),
  }
}
