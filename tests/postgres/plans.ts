import type { Client } from 'pg'

/** As PostgreSQL says what it would do. */
export interface Plan { 'Node Type': string, 'Relation Name'?: string, 'Index Name'?: string, 'Index Cond'?: string, 'Recheck Cond'?: string, 'Filter'?: string, 'Plans'?: Plan[] }

export interface Index { columns: string[], isPartial: boolean }

/** By name. */
export async function readIndexes(client: Client): Promise<Map<string, Index>> {
  const { rows } = await client.query<Index & { name: string }>(`
    select c.relname as name, i.indpred is not null as "isPartial",
      array(select pg_get_indexdef(c.oid, n, true) from generate_series(1, i.indnkeyatts) as n) as columns
    from pg_index as i join pg_class as c on c.oid = i.indexrelid`)
  return new Map(rows.map(({ name, ...index }) => [name, index]))
}

/** It reads on only for as long as it is asked for more. */
const ASKED_FOR = ['Limit', 'Nested Loop', 'LockRows', 'Subquery Scan', 'Result', 'ModifyTable']

/**
 * Nodes of a plan that read more the more there is: the whole table, or all that a tenant has of it. An index narrows by
 * its leading columns only, as far as each is said to be equal to something; the tenant alone is not narrow. What has an
 * index of its own for the few that are open is few, and a limit bounds what comes in the index's own order.
 */
export function unbounded(plan: Plan, indexes: ReadonlyMap<string, Index>, isLimited = false): Plan[] {
  const below = plan['Node Type'] === 'Limit' || (isLimited && ASKED_FOR.includes(plan['Node Type']))
  const inside = plan['Node Type'] === 'Bitmap Heap Scan' ? [] : (plan.Plans ?? []).flatMap(inner => unbounded(inner, indexes, below))
  return isBounded(plan, indexes, isLimited) ? inside : [plan, ...inside]
}

function isBounded(plan: Plan, indexes: ReadonlyMap<string, Index>, isLimited: boolean): boolean {
  switch (plan['Node Type']) {
    case 'Seq Scan': return isLimited && plan.Filter === undefined // the first few, whichever they are
    case 'Index Scan':
    case 'Index Only Scan': return isNarrow(plan, indexes) || (isLimited && plan['Index Cond'] !== undefined)
    case 'Bitmap Index Scan': return isNarrow(plan, indexes)
    case 'BitmapAnd': return (plan.Plans ?? []).some(part => isBounded(part, indexes, false))
    case 'Bitmap Heap Scan':
    case 'BitmapOr': return (plan.Plans ?? []).every(part => isBounded(part, indexes, false))
    default: return true
  }
}

function isNarrow(plan: Plan, indexes: ReadonlyMap<string, Index>): boolean {
  const index = indexes.get(plan['Index Name'] ?? '')
  if (!index || index.isPartial)
    return index !== undefined
  const equal = Array.from((plan['Index Cond'] ?? '').matchAll(/\(+(?:\w+\.)?(\w+)(?:\)::\w+)? = /g), ([, column]) => column)
  const end = index.columns.findIndex(column => !equal.includes(column))
  return index.columns.slice(0, end === -1 ? undefined : end).some(column => column !== 'tenant_id')
}
