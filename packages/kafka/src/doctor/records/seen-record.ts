import { createHash } from 'node:crypto';
import type { SpanContext } from '@opentelemetry/api';
import type { FetchedRecord } from '../../client/port/message.ts';
import { recordTimestamp } from '../../client/record.ts';
import type { RecordPlace } from '../../dead-letters/dead-letter-filter.ts';
import { faultsIn, type Fault } from './fault.ts';
import { HeaderBag, senderOf } from './header-bag.ts';
import { contextsIn, spanIn, vendors, type SeenContext } from './seen-context.ts';

export type { RecordPlace };

/** Of records that show the same no more are told. */
export const mostPlaces = 3;

/** Adds the place of a record, as long as there are not enough. */
export function keepPlace(places: RecordPlace[], { partition, offset }: RecordPlace): void {
  if (places.length < mostPlaces) places.push({ partition, offset });
}

/** A record as the rules see it. */
export interface SeenRecord extends RecordPlace {
  readonly topic: string;
  /** Milliseconds since the epoch; `undefined` where the record has none. */
  readonly timestamp: number | undefined;
  readonly key: Buffer | null;
  readonly hasValue: boolean;
  /** Of the value and of the key, if there is one; `undefined` where there is no value, or an empty one. */
  readonly digest: string | undefined;
  readonly headers: HeaderBag;
  /** What wrote its trace headers. */
  readonly sender: string;
  /** Contexts of the last hop, of every format. */
  readonly contexts: readonly SeenContext[];
  /** Trace headers that cannot be read. */
  readonly faults: readonly Fault[];
  /** The context that tracelink wrote last, whatever other software has written since. */
  readonly written: SpanContext | undefined;
  /** What `tracelink-trace` says. */
  readonly progress: Progress | undefined;
}

/** How far the trace has come. */
interface Progress {
  readonly hops: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** Reads a record, once for all rules. */
export function seenRecord(topic: string, partition: number, message: FetchedRecord): SeenRecord {
  const headers = new HeaderBag(message.headers ?? {});
  const progress = /^hops=(\d{1,5});since=(\d{1,16})(?:;span=(.{55}))?$/.exec(headers.text('tracelink-trace') ?? '');
  return {
    topic,
    partition,
    offset: message.offset,
    timestamp: recordTimestamp(message.timestamp),
    key: message.key,
    hasValue: message.value !== null,
    digest: digestOf(message),
    headers,
    sender: senderOf(headers),
    contexts: contextsIn(headers),
    faults: faultsIn(headers),
    written: spanIn(progress === null ? headers.text('tracelink-origin') : progress[3]),
    progress: progress === null ? undefined : { hops: Number(progress[1]), since: Number(progress[2]) },
  };
}

function digestOf({ key, value }: FetchedRecord): string | undefined {
  if (value === null || value.length === 0) return undefined;
  return createHash('sha256')
    .update(`${key?.length ?? ''}/`)
    .update(key ?? '')
    .update(value)
    .digest('base64');
}

/** The context of a format that counts: of a repeated header the last. */
export function lastOf({ contexts }: SeenRecord, format: SeenContext['format']): SeenContext | undefined {
  return contexts.findLast((context) => context.format === format);
}

/**
 * The contexts that name spans of OpenTelemetry: what tracelink wrote, where it is still there. An agent beside it writes its own context in
 * one of the open formats, too: of others' contexts those in a format of vendors count where there is no other.
 */
export function openContexts({ contexts, written }: SeenRecord): readonly SeenContext[] {
  const ours = contexts.filter(({ span }) => span.traceId === written?.traceId && span.spanId === written.spanId);
  if (ours.length > 0) return ours;
  const open = contexts.filter(({ format }) => !vendors.has(format));
  return open.length > 0 ? open : contexts;
}
