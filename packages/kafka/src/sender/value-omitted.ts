/**
 * On a dead-letter record without its value, which was too large for the topic even alone: the value's length in bytes. The record
 * is not a tombstone, and is never replayed as one; the value stood at the original topic, partition and offset.
 */
export const VALUE_OMITTED = 'tracelink-value-omitted';
