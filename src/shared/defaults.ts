/** The project of a session that names none. Apart from `protocol/`, so that the browser can read it without the schemas. */
export const DEFAULT_PROJECT = 'default'

/** Where the server takes WebSockets. */
export const SOCKET_PATH = '/ws'
