/** All values inside a value, bytes in hex and everything else as text: what two decoders with other names can be compared by. */
export function leaves(value: unknown): string[] {
  if (Buffer.isBuffer(value)) return [value.toString('hex')];
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.values(value).flatMap((inner) => leaves(inner));
}
