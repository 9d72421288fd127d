/**
 * Marks a dead-letter record that was written without the value of the record that failed, which was too large for it. The headers of
 * the origin say where the value stands. Such a record is no tombstone, and must not be sent as one.
 */
export const VALUE_OMITTED_HEADER = 'tracelink-value-omitted';
