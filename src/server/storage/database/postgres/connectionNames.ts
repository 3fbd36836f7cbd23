/** By which a server is known in `pg_stat_activity`: each has one such connection for as long as it runs. */
export const LISTENER_NAME = 'satchel listener'

/** Milliseconds until it is told that a connection cannot be had. */
export const CONNECT_MS = 5000
