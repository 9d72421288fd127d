import type { DeadLetterHeaderBag } from '../headers/dead-letter-headers.ts';

/** What wrote a dead-letter record. */
export type DeadLetterWriter =
  | 'tracelink'
  | 'Spring'
  | 'Spring retry topics'
  | 'Spring Cloud Stream'
  | 'SmallRye'
  | 'SmallRye retry topics'
  | 'Kafka Connect'
  | 'Kafka Streams'
  | 'share group'
  | 'Watermill';

/** What a dead-letter record says. A field is `undefined` where its header is missing or cannot be read. */
export interface DeadLetterFields {
  readonly originalTopic?: string | undefined;
  readonly originalPartition?: number | undefined;
  /** Decimal. */
  readonly originalOffset?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly originalTimestamp?: number | undefined;
  readonly groupId?: string | undefined;
  readonly attempts?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly firstFailure?: number | undefined;
  readonly errorClass?: string | undefined;
  readonly errorMessage?: string | undefined;
  readonly traceId?: string | undefined;
}

/** Where a dead-letter record stands, and when it was written. */
interface DeadLetterPlace {
  readonly topic: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

/** How one piece of software writes dead-letter records. */
export interface DeadLetterFormat {
  readonly name: DeadLetterWriter;
  /** Whether it wrote these headers. */
  readonly wrote: (headers: DeadLetterHeaderBag) => boolean;
  readonly read: (headers: DeadLetterHeaderBag, place: DeadLetterPlace) => DeadLetterFields;
}
