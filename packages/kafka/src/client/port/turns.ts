import type { TopicPartition } from './topic-partition.ts';

// Milliseconds before a partition's next turn when nothing of a batch was resolved.
const untilAgain = 50;

/** Consecutive records of one partition: none, where control records or those of an aborted transaction are all that was fetched. */
interface Records {
  readonly messages: readonly unknown[];
  readonly lastOffset: bigint;
}

/** A partition whose batches have turns. */
interface InTurns<R extends Records> extends TopicPartition {
  /** Whether a batch can begin: there are records, and none of its batches is in process. */
  readonly isReady: boolean;
  /** Changes when what was fetched before does not count any more. */
  readonly version: number;
  /** Takes the records of its next batch, which is in process from now on. */
  take(): R;
  /** A batch has ended. @param resolved the last offset that is not to be delivered again; `undefined`: all are */
  ended(records: R, version: number, resolved: bigint | undefined): void;
}

/** What becomes of the batches of one member. */
interface Turns<R extends Records, P> {
  /** Whether one more batch may be in process. */
  mayBegin(): boolean;
  /** @param version the partition's when the batch begins */
  begin(partition: P, records: R, version: number): void;
  /** @param lastOffset decimal, of records none of which is handed over */
  passedEmpty(partition: P, lastOffset: string): void;
}

/**
 * Hands over the batches that can begin.
 *
 * @param partitions in the order of their turns: one whose batch begins goes behind the others
 */
export function dispatchInTurns<R extends Records, P>(partitions: Map<string, P & InTurns<R>>, turns: Turns<R, P>): void {
  for (const [key, partition] of partitions) {
    while (partition.isReady && turns.mayBegin()) {
      const records = partition.take();
      const { version } = partition;
      if (records.messages.length > 0) {
        turns.begin(partition, records, version);
        partitions.delete(key);
        partitions.set(key, partition);
        break;
      }
      turns.passedEmpty(partition, String(records.lastOffset));
      partition.ended(records, version, records.lastOffset);
    }
  }
}

/**
 * Ends a batch that was handed over: what was not resolved comes again, and not at once, as it may fail as soon, and others have their turn.
 *
 * @param version the partition's when the batch began
 * @param goOn called when the partition can have its next turn
 */
export function endTurn<R extends Records>(
  partition: Pick<InTurns<R>, 'version' | 'ended'>,
  records: R,
  version: number,
  resolved: bigint | undefined,
  goOn: () => void,
): void {
  const end = (): void => {
    partition.ended(records, version, resolved);
    goOn();
  };
  if (resolved === undefined && version === partition.version) setTimeout(end, untilAgain).unref();
  else end();
}
