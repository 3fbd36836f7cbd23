/** How the name begins by which a server is known in `pg_stat_activity`: each has one such connection for as long as it runs. */
export const LISTENER_NAME = 'satchel listener'

/** The name of a server's: servers that sign links with another secret have another one. @param check of its secret, from which nobody learns that */
export const listenerName = (check: string): string => `${LISTENER_NAME} ${check}`

/** Milliseconds until it is told that a connection cannot be had. */
export const CONNECT_MS = 5000
