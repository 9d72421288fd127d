import type { RecordPlace } from '../records/seen-record.ts';

/** A span as a back end has it, as far as rules look at it. */
export interface BackEndSpan {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** The resource’s `service.name`. */
  readonly service: string;
  /** The name of the instrumentation that wrote it. */
  readonly scope: string;
  /** `messaging.destination.name`: the topic. */
  readonly destination: string | undefined;
  /** `messaging.operation.type`. */
  readonly operation: string | undefined;
  /** `messaging.batch.message_count`. */
  readonly batchSize: number | undefined;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** Links that the SDK dropped (`droppedLinksCount`), or tracelink (`tracelink.links.dropped`). */
  readonly droppedLinks: number;
}

/** A record that a back end was asked about, and what it has of the trace that the record names. */
export interface TracedRecord extends RecordPlace {
  readonly traceId: string;
  readonly spanId: string;
  /** What the record says. */
  readonly isSampled: boolean;
  /** Whether the back end has the span that the record names; of one that gives no spans, whether it has any of the trace. */
  readonly isKnown: boolean;
  /** How many spans the back end has of the trace that were there before the record was received. */
  readonly ofSender: number;
  /**
   * Those around the record: the span that it names, producers beside it, and consumers that hang on it or link to it. None where the back
   * end gives no spans.
   */
  readonly spans: readonly BackEndSpan[];
}
