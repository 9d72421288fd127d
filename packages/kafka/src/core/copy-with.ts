/** The members that clients read from a record or a message, besides the replaced ones. */
const fields = ['topic', 'acks', 'timeout', 'compression', 'key', 'value', 'partition', 'timestamp'] as const;

/**
 * A plain copy of the caller's record or message with other members. Members that a class instance inherits from its prototype
 * are read now. Absent members stay absent: `@confluentinc/kafka-javascript` treats `acks: undefined` as a given `acks`.
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
