/** The page for which somebody signs in, as the address of signing in says it: only one of this app's. */
export const wantedPage = (from: unknown): string =>
  typeof from === 'string' && /^\/(?!\/)/.test(from) && !from.startsWith('/sign-in') ? from : '/'
