/**
 * Runs `work` for each item with at most `ahead` running at once, and gives the results in the order of the items. Items are
 * taken from the source only when there is room, so that memory stays bounded.
 *
 * When one fails, or the caller stops early, no further work is started and what runs is waited for.
 */
export async function* mapOrdered<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  ahead: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // A rejection is reported when its turn comes; until then it must not count as unhandled.
      result.catch(() => {});
      running.push(result);
      if (running.length >= ahead) yield await (running.shift() as Promise<Result>);
    }
    for (let next = running.shift(); next; next = running.shift()) yield await next;
  } finally {
    await Promise.allSettled(running);
  }
}

/**
 * The same, with the results in the order in which they are there: nothing waits behind an item that takes long.
 */
export async function* mapAsDone<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  ahead: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const running = new Set<Promise<{ self: () => unknown; result: Result }>>();
  const start = (item: Item) => {
    const each = work(item).then((result) => ({ self: () => running.delete(each), result }));
    each.catch(() => {});
    running.add(each);
  };
  try {
    for await (const item of items) {
      start(item);
      if (running.size < ahead) continue;
      const { self, result } = await Promise.race(running);
      self();
      yield result;
    }
    while (running.size > 0) {
      const { self, result } = await Promise.race(running);
      self();
      yield result;
    }
  } finally {
    await Promise.allSettled(running);
  }
}
