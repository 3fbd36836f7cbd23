/** Migrated once, and copied for each data folder. */
export const TEMPLATE = 'satchel_template'

/** The address of another database of the same server. */
export function withName(url: string, name: string): string {
  const other = new URL(url)
  other.pathname = `/${name}`
  return other.href
}
