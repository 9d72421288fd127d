/** Keys up to this length are names that many objects have, and V8 keeps them once; a longer one is counted where it is. */
const sharedKey = 64;

/**
 * About how many bytes a value takes in the heap, with all that is in it: what V8 spends on a string, an object and a member of one.
 * A script measures how near it is: `npm run soak:studio`.
 */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 20 + Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 8;
  if (Array.isArray(value)) return value.reduce((sum: number, entry: unknown) => sum + 8 + sizeOf(entry), 24);
  let size = 32;
  for (const [key, entry] of Object.entries(value)) size += 8 + (key.length > sharedKey ? key.length : 0) + sizeOf(entry);
  return size;
}
