/** What clients read from a record or a message, beside what is replaced. */
const fields = ['topic', 'acks', 'timeout', 'compression', 'key', 'value', 'partition', 'timestamp'] as const;

/**
 * A plain copy of a record or message of the caller's with other members in it. What a class instance gives by its prototype
 * is read now. Absent members stay absent: `@confluentinc/kafka-javascript` takes `acks: undefined` for a given `acks`.
 */
export function copyWith<T extends object, R extends object>(original: T, replaced: R): T & R {
  const copy = { ...original, ...replaced } as Record<string, unknown>;
  const prototype: unknown = Object.getPrototypeOf(original);
  if (prototype === Object.prototype || prototype === null) return copy as T & R;
  for (const field of fields) {
    const value = field in copy ? undefined : (original as Record<string, unknown>)[field];
    if (value !== undefined) copy[field] = value;
  }
  return copy as T & R;
}
