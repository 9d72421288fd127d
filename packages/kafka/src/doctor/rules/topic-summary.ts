import type { RecordPlace } from '../records/seen-record.ts';
import type { TracedRecord } from './traced-record.ts';

/** One span in the records of a topic. */
export interface SpanPlaces {
  readonly records: number;
  /** Milliseconds between the first and the last of them. */
  readonly spread: number;
  /** Whether a record of another span, or of none, stands between two of them in a partition: they are not of one send. */
  readonly isApart: boolean;
  readonly places: readonly RecordPlace[];
}

/** What was read of a partition. */
export interface ReadOffsets {
  readonly first: bigint;
  readonly last: bigint;
  /** Fewer than the offsets where records were compacted, or a transaction has its markers. */
  readonly records: number;
}

/** Records that a topic has from another one. */
export interface Copies {
  readonly from: string;
  readonly records: number;
  readonly places: readonly RecordPlace[];
}

/** What is known of a topic when its records were read; of bounded size. */
export interface TopicSummary {
  readonly topic: string;
  readonly records: number;
  /** Records with a context of the last hop. */
  readonly withContext: number;
  /** Records without any trace header. */
  readonly withoutHeaders: number;
  readonly sampled: number;
  readonly undecided: number;
  readonly debug: number;
  /** Records by the sets of formats that they carry, as `b3` or `b3, w3c`. */
  readonly formats: ReadonlyMap<string, number>;
  /** By partition. */
  readonly read: ReadonlyMap<number, ReadOffsets>;
  /** Spellings of the headers of B3 in several headers. */
  readonly multiSpellings: ReadonlySet<string>;
  /** The span that most records carry. */
  readonly mostFrequentSpan: SpanPlaces | undefined;
  /** How many traces there are, and for how long, in milliseconds; `spans` stops counting at two. */
  readonly traces: { readonly count: number; readonly spread: number; readonly spans: number };
  /** Spans that stood in another topic before. */
  readonly copies: Copies | undefined;
  /** Records that come from one of another topic, and do not continue its trace. */
  readonly lost: Copies | undefined;
  /** Records that a back end was asked about; empty where there is none. */
  readonly traced: readonly TracedRecord[];
  readonly examples: { readonly context: readonly RecordPlace[]; readonly withoutHeaders: readonly RecordPlace[] };
}
