/** By which a server is known in `pg_stat_activity`: each has one such connection for as long as it runs. */
export const LISTENER_NAME = 'satchel listener'
