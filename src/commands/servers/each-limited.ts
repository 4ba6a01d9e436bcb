/**
 * Calls `use` for every item, `limit` at a time, and returns the results in the order of the items.
 *
 * @throws the first error of `use`, once the calls that were running have ended
 */
export async function eachLimited<T, R>(
  items: readonly T[],
  limit: number,
  use: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  let failed = false;
  const worker = async () => {
    for (;;) {
      const at = next++;
      const item = items[at];
      if (item === undefined || failed) return;
      try {
        results[at] = await use(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(limit, items.length) }, worker);
  const ended = await Promise.allSettled(workers);
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  return results;
}
