/** The server cannot start. The message is a sentence for whoever started it. */
export class StartError extends Error {}
