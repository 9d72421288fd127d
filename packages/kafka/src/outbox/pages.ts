import type { PageSize } from './outbox-table.ts';

/** The same items in order, in parts of at most `limit`, but for one that is larger alone. @param sizeOf bytes of an item */
export function* pages<T>(items: readonly T[], { messages, bytes }: PageSize, sizeOf: (item: T) => number): Generator<readonly T[]> {
  let part: T[] = [];
  let total = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (part.length === messages || (part.length > 0 && total + size > bytes)) {
      yield part;
      part = [];
      total = 0;
    }
    part.push(item);
    total += size;
  }
  if (part.length > 0) yield part;
}
