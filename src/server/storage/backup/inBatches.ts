/** Does it for several at a time. */
export async function inBatches<Item>(items: Iterable<Item>, atOnce: number, work: (item: Item) => Promise<void>): Promise<void> {
  let batch: Item[] = []
  for (const item of items) {
    batch.push(item)
    if (batch.length < atOnce)
      continue
    await Promise.all(batch.map(work))
    batch = []
  }
  await Promise.all(batch.map(work))
}
