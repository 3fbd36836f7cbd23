/**
 * Commits one by one what comes one by one, and together what comes while a commit is under way. A group
 * that fails is tried again one by one, so that what there is room for is kept.
 */
export function createGroupCommit<Item>(commit: (items: Item[]) => Promise<void>) {
  interface Waiting { item: Item, resolve: () => void, reject: (error: unknown) => void }
  let waiting: Waiting[] = []
  let running = false

  async function run() {
    running = true
    while (waiting.length) {
      const group = waiting
      waiting = []
      await commitGroup(group)
    }
    running = false
  }

  async function commitGroup(group: Waiting[]): Promise<void> {
    try {
      await commit(group.map(({ item }) => item))
      group.forEach(({ resolve }) => resolve())
    }
    catch (error) {
      const [only, ...others] = group
      if (only && !others.length)
        return only.reject(error)
      for (const one of group)
        await commitGroup([one])
    }
  }

  return (item: Item): Promise<void> => new Promise((resolve, reject) => {
    waiting.push({ item, resolve, reject })
    if (!running)
      void run()
  })
}
