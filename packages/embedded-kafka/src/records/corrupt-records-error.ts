/** Bytes that should be a record batch of Kafka and are not, or a compressed batch that cannot be opened. The message says where and why. */
export class CorruptRecordsError extends Error {
  override readonly name = 'CorruptRecordsError';
}
