/** As late as what comes from far away. Not for waiting: a test waits for what must happen, and `npm run lint` looks that it does. */
export const far = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))
