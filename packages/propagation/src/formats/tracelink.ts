import type { SpanContext } from '@opentelemetry/api';
import { type HeaderField, headerField } from '../headers/header-field.ts';
import type { TraceHeaders } from '../headers/trace-headers.ts';
import type { HeaderEntry } from '../headers/write-headers.ts';
import { formatTraceparent, parseTraceparent } from './w3c.ts';

/** Whether a consumer continues the creation context's trace or starts its own and links to it. */
export type Relation = 'parent' | 'link';

/** How far a trace has come: the header `tracelink-trace`, written where the context is not the trace origin. */
export interface TraceProgress {
  /** Messages that the trace has gone through, 1 to 10,000. */
  readonly hops: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** The context that was written with it: behind other software, what tells a stale context from a fresh one. */
  readonly span: SpanContext | undefined;
}

export const originField: HeaderField = headerField('tracelink-origin', { limit: 128, text: 'ascii' });
export const progressField: HeaderField = headerField('tracelink-trace', { limit: 128, text: 'ascii' });
export const relationField: HeaderField = headerField('tracelink-relation', { limit: 8, text: 'ascii' });

const progressGrammar = /^hops=([1-9]\d{0,4});since=([1-9]\d{0,15})(?:;span=(.{55}))?$/;
const maxHops = 10_000;

/** The trace origin as its first publish wrote it: a `traceparent`. */
export function extractOrigin(headers: TraceHeaders): SpanContext | undefined {
  return headers.last(originField, parseTraceparent);
}

export function injectOrigin(entries: HeaderEntry[], origin: SpanContext): void {
  entries.push(['tracelink-origin', formatTraceparent(origin)]);
}

/** How far the trace came with this message. */
export function extractProgress(headers: TraceHeaders): TraceProgress | undefined {
  return headers.last(progressField, parseTraceProgress);
}

export function injectProgress(entries: HeaderEntry[], progress: TraceProgress): void {
  entries.push(['tracelink-trace', formatTraceProgress(progress)]);
}

/** The context that this toolkit wrote last, whatever other software has written since; at the first hop it is the trace origin. */
export function extractWritten(headers: TraceHeaders): SpanContext | undefined {
  const progress = extractProgress(headers);
  return progress === undefined ? extractOrigin(headers) : progress.span;
}

/** The sender's wish. */
export function extractRelation(headers: TraceHeaders): Relation | undefined {
  return headers.last(relationField, parseRelation);
}

export function injectRelation(entries: HeaderEntry[], relation: Relation): void {
  entries.push(['tracelink-relation', relation]);
}

function parseRelation(text: string): Relation | undefined {
  return text === 'parent' || text === 'link' ? text : undefined;
}

/** Reads `hops=<n>;since=<epoch ms>[;span=<traceparent>]`; what is out of range or malformed makes the whole header malformed. */
export function parseTraceProgress(text: string): TraceProgress | undefined {
  const match = progressGrammar.exec(text);
  if (match === null) return undefined;
  const hops = Number(match[1]);
  const since = Number(match[2]);
  const span = match[3] === undefined ? undefined : parseTraceparent(match[3]);
  if (hops > maxHops || !Number.isSafeInteger(since) || (match[3] !== undefined && span === undefined)) return undefined;
  return { hops, since, span };
}

/** Writes the header. A trace in an endless loop stays at 10,000, so that a limit of hops still sees it. */
export function formatTraceProgress(progress: TraceProgress): string {
  const { hops, since, span } = progress;
  return `hops=${Math.min(hops, maxHops)};since=${since}${span === undefined ? '' : `;span=${formatTraceparent(span)}`}`;
}
