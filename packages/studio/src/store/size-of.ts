/**
 * About how many bytes a value takes in the heap, with all that is in it: what V8 spends on a string, an object and a member of one.
 * A script measures how near it is: `npm run soak:studio`.
 */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 24 + Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 8;
  if (Array.isArray(value)) return value.reduce((sum: number, entry: unknown) => sum + 8 + sizeOf(entry), 32);
  let size = 56;
  for (const [key, entry] of Object.entries(value)) size += 24 + key.length + sizeOf(entry);
  return size;
}
