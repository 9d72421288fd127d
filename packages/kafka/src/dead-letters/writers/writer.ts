import type { LetterHeaders } from '../headers/letter-headers.ts';

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

/** What a letter says. A field is `undefined` where its header is missing or cannot be read. */
export interface LetterFields {
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

/** Where a letter stands, and when it was written. */
interface LetterPlace {
  readonly topic: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

/** How one piece of software writes dead-letter records. */
export interface LetterWriter {
  readonly name: DeadLetterWriter;
  /** Whether it wrote these headers. */
  readonly wrote: (headers: LetterHeaders) => boolean;
  readonly read: (headers: LetterHeaders, place: LetterPlace) => LetterFields;
}
