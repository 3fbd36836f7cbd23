/** What comes from several places, one after the other, in the order in which it came. */
export function createQueue<Item>() {
  const items: { item: Item, taken: () => void }[] = []
  let wake = () => {}
  let ended: { error?: unknown } | undefined

  return {
    /** Resolves when whoever reads is done with it. */
    push: (item: Item) => new Promise<void>((taken) => {
      items.push({ item, taken })
      wake()
    }),

    /** Nothing more comes; what is there is still read. */
    end(error?: unknown) {
      ended ??= { error }
      wake()
    },

    async* [Symbol.asyncIterator](): AsyncGenerator<Item> {
      for (;;) {
        const next = items.shift()
        if (next) {
          yield next.item
          next.taken()
        }
        else if (ended) {
          if (ended.error !== undefined)
            throw ended.error
          return
        }
        else {
          await new Promise<void>((resolve) => { wake = resolve })
        }
      }
    },
  }
}
