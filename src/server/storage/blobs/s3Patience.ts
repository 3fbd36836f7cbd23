/** Milliseconds that S3 is waited for. A database that says nothing is given up after as long. */
export const S3_PATIENCE = {
  /** Until a connection is made. */
  connectMs: 3_000,
  /** Without a byte in either direction, while something is asked or a body is on its way. */
  silentMs: 8_000,
  /** That somebody who asks for something waits where nothing came lately, until it is told that S3 is away. */
  awayMs: 1_000,
}

/** Connections to S3 of one server: whoever reads slowly has one for as long. */
export const S3_CONNECTIONS = 256
