import { TestingError } from '../errors/testing-error.ts';
import { toTraceSpan, type RecordedSpan } from './recorded-span.ts';
import { idOf, type SpanReference, type TraceSpan } from './trace-span.ts';

/** Something that holds spans: a `SpanRecorder`, an `OtlpReceiver`. */
export interface SpanHolder {
  /** The spans that are there now. */
  readonly spans: readonly (RecordedSpan | TraceSpan)[];
  /** The names of spans that were started and have not ended, where that is known. */
  open?(): readonly string[];
  /** Whether there are more spans than these. What says that a span is not there then fails. @default false */
  readonly truncated?: boolean;
}

/** Where assertions find spans: something that holds them, asked anew each time, or an array. */
export type SpanSource = SpanHolder | readonly (RecordedSpan | TraceSpan)[];

/**
 * The spans that are in a source now.
 *
 * @throws {TestingError} `not_spans` when it is no source, which JavaScript lets through
 */
export function spansOf(source: SpanSource): TraceSpan[] {
  const spans: unknown = Array.isArray(source) ? source : (source as Partial<SpanHolder> | undefined)?.spans;
  if (!Array.isArray(spans)) throw notSpans(source);
  return spans.map((span: RecordedSpan | TraceSpan) => {
    if (typeof span !== 'object' || span === null || !('links' in span)) throw notSpans(source);
    return toTraceSpan(span);
  });
}

/** The names of a source's spans that have not ended. */
export function openOf(source: SpanSource): readonly string[] {
  return 'open' in source && typeof source.open === 'function' ? source.open() : [];
}

/** Whether a source has not all spans: of what is not in it nothing can be said. */
export function isTruncated(source: SpanSource): boolean {
  return 'truncated' in source && source.truncated === true;
}

/** How assertions name a span: service, a space, name of the span; the name alone where no service is known. */
export function nameOf({ serviceName, name }: TraceSpan): string {
  return serviceName === undefined ? name : `${serviceName} ${name}`;
}

/** The spans of that name, which may be written with the service or without. */
export function named<T extends TraceSpan>(spans: readonly T[], name: string): T[] {
  return spans.filter((span) => span.name === name || nameOf(span) === name);
}

function notSpans(given: unknown): TestingError {
  const what = Array.isArray(given) ? 'an array of something else' : given === null ? 'null' : typeof given;
  return new TestingError('not_spans', `Spans are looked for in a recorder, a receiver or an array of spans, not in ${what}.`);
}

/** Of each source, the spans that a test asked for; gone with the source. One for all copies of this package in the process. */
const asked = askedOf(globalThis as { [key: symbol]: WeakMap<object, Set<string>> | undefined });

function askedOf(registry: { [key: symbol]: WeakMap<object, Set<string>> | undefined }): WeakMap<object, Set<string>> {
  return (registry[Symbol.for('@tracelink/testing.asked.1')] ??= new WeakMap());
}

/** Notes that a test asked for these spans of a source: they are no left-over of it. */
export function ask(source: object, spans: readonly SpanReference[]): void {
  const ids = asked.get(source) ?? new Set();
  asked.set(source, ids);
  for (const span of spans) ids.add(idOf(span));
}

/** Whether a test asked for this span of a source. */
export function wasAsked(source: object, span: SpanReference): boolean {
  return asked.get(source)?.has(idOf(span)) === true;
}

/** Forgets what was asked for of a source. */
export function forgetAsked(source: object): void {
  asked.delete(source);
}
