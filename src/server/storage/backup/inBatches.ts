/** Does it for several at a time. @throws what the first of them threw, once those that were begun with it have ended */
export async function inBatches<Item>(items: Iterable<Item>, atOnce: number, work: (item: Item) => Promise<void>): Promise<void> {
  let batch: Item[] = []
  for (const item of items) {
    batch.push(item)
    if (batch.length < atOnce)
      continue
    await all(batch.map(work))
    batch = []
  }
  await all(batch.map(work))
}

async function all(works: Promise<void>[]) {
  await Promise.allSettled(works)
  await Promise.all(works)
}
