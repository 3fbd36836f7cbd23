/** Rows by the message they belong to, each in the order they came in. */
export function groupByMessage<Row extends { message_id: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const group = groups.get(row.message_id)
    if (group)
      group.push(row)
    else
      groups.set(row.message_id, [row])
  }
  return groups
}
