/**
 * All values inside a value, bytes in hex and everything else as text, to compare decoders with different field names.
 */
export function leaves(value: unknown): string[] {
  if (Buffer.isBuffer(value)) return [value.toString('hex')];
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.values(value).flatMap((inner) => leaves(inner));
}
