/** The worker died, and with it all that it was at, whichever of it was its end. */
export class WorkerLostError extends Error {}
