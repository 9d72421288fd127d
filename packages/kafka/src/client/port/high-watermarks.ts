/** The end of one partition, records of open transactions included. */
export interface HighWatermark {
  readonly partition: number;
  /** Decimal: the offset after its last record. */
  readonly offset: string;
}

/** What tells where partitions end for those who read uncommitted records. */
export interface HighWatermarkSource {
  /** The ends of all partitions behind transactions that are open, asked of the leaders at each call. Absent: the client does not tell. */
  fetchHighWatermarks?(topic: string): Promise<readonly HighWatermark[]>;
}

/**
 * The high watermarks of a topic's partitions: only an offset beyond them proves that it is of another log. An offset between the end that
 * a reader of committed records sees and the high watermark is of this one: a transaction is open, and a member that reads uncommitted
 * records, or an operator (`kafka-consumer-groups --reset-offsets --to-latest`), has committed behind its records.
 *
 * Asked of the brokers only when an offset is beyond the end that is known already, so that a usual start costs no request more.
 *
 * @param ends of the topic, before transactions that are open
 * @param offsets by partition, those that are compared
 * @returns by partition; the known end where it was not asked, or the client does not tell
 * @throws what the client throws when the broker does not answer
 */
export async function highWatermarks(
  source: HighWatermarkSource,
  topic: string,
  ends: readonly { readonly partition: number; readonly high: string }[],
  offsets: ReadonlyMap<number, bigint>,
): Promise<ReadonlyMap<number, bigint>> {
  const known = new Map(ends.map(({ partition, high }) => [partition, BigInt(high)]));
  if (![...offsets].some(([partition, offset]) => isBeyond(offset, known.get(partition)))) return known;
  for (const { partition, offset } of (await source.fetchHighWatermarks?.(topic)) ?? [])
    if (isBeyond(offsets.get(partition), known.get(partition))) known.set(partition, BigInt(offset));
  return known;
}

function isBeyond(offset: bigint | undefined, end: bigint | undefined): boolean {
  return offset !== undefined && end !== undefined && offset > end;
}
