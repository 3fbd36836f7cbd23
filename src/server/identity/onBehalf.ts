import { AsyncLocalStorage } from 'node:async_hooks'

const tenants = new AsyncLocalStorage<string>()

/** Does the work, and whatever begins in it, for this tenant: where all wait for one thing, it waits in its tenant's turn. */
export const onBehalfOf = <Result>(tenant: string, work: () => Result): Result => tenants.run(tenant, work)

/** For whom the work at hand is done; empty where that is the server itself. */
export const onWhoseBehalf = (): string => tenants.getStore() ?? ''
