import { type Attributes, type BaggageEntry, type Baggage, type Context, type SpanContext, createContextKey } from '@opentelemetry/api';
import { detachKey } from '@tracelink/context/internal';
import type { TraceHeaders } from '../headers/trace-headers.ts';
import type { HeaderField } from '../headers/header-field.ts';
import type { HeaderEntry } from '../headers/write-headers.ts';

/** What one format's headers say. */
export interface Carried {
  /** Valid and remote; `undefined` when the headers hold a sampling state only. */
  readonly context: SpanContext | undefined;
  /** See `Extraction.sampling`. */
  readonly sampling: 'inherit' | 'deny' | 'defer';
  /** The debug flag: sample this trace everywhere. */
  readonly debug: boolean;
}

/** What one format's headers say where they have ids. */
export interface CarriedContext extends Carried {
  readonly context: SpanContext;
}

/** What all formats of one message say together. */
export interface Reading extends Carried {
  /** Contexts of less preferred formats that name another span, each once. */
  readonly conflicts: readonly SpanContext[];
}

/**
 * What is written about sampling: what the `flag` of the context says; `debug`, sample this trace everywhere; or that the trace is
 * `undecided`, so that its next receiver decides. A format that cannot say the latter two writes the flag.
 */
export type SamplingState = 'flag' | 'debug' | 'undecided';

/** `specification`: `X-B3-TraceId`, which Java reads; `lower`: `x-b3-traceid`, which Go and Python read. Both are read here. */
export type B3MultiNames = 'specification' | 'lower';

/** How formats write, as far as users choose it. */
export interface FormatSettings {
  readonly b3multiNames: B3MultiNames;
}

/**
 * One header format. To add one: a file here, its line in `formats.ts`, its test. Nothing else names a format.
 */
export interface HeaderFormat {
  /**
   * `hop`: the context of the last hop. `origin`: the context in which the application's event began, beside a hop format.
   * `foreign`: ids of another system that are no trace ids, beside a hop format.
   */
  readonly carries: 'hop' | 'origin' | 'foreign';
  /** Every header of the format; those that no one reads are known, so that stale ones go. */
  readonly fields: readonly HeaderField[];
  /** A global propagator that has one of these among its fields reads this format. */
  readonly propagatorFields: readonly string[];
  /** What the headers say; `undefined` when nothing valid is there, and always for `foreign`. */
  extract(headers: TraceHeaders): Carried | undefined;
  /** The context of another span than {@link extract} reads, in another encoding of the format; the last hop may have written that one alone. */
  readonly alternative?: (headers: TraceHeaders) => CarriedContext | undefined;
  /** The fast way to read the format's usual header; what it does not read, {@link extract} may. */
  readonly plain?: PlainHeader;
  /** All contexts of the format's header, the newest first, which {@link extract} reads; each other one is of another span. */
  readonly repeated?: (headers: TraceHeaders) => readonly CarriedContext[];
  /** Adds the headers of `span`, which is valid and normal, to `entries`; for `origin` it is the trace origin's context. */
  inject(entries: HeaderEntry[], span: SpanContext, state: SamplingState, settings: FormatSettings): void;
  /** Baggage headers of the format's own, beside `baggage`. */
  readonly baggage?: FormatBaggage;
  /** Reads what a `foreign` format passes on; `undefined` when it found nothing. */
  readonly foreign?: (headers: TraceHeaders) => Foreign | undefined;
}

/** The one header in which a format's context usually stands. */
export interface PlainHeader {
  readonly field: HeaderField;
  /**
   * Reads bytes without decoding them as a whole. What it answers, `HeaderFormat.extract` would answer where the header is the only one
   * of the format, with no debug flag; `undefined` says nothing. A context alone, as anything around it would be garbage at once.
   */
  read(bytes: Uint8Array): SpanContext | undefined;
  /** What a context that {@link read} answers says where it is not sampled. */
  readonly unsampled: 'deny' | 'inherit';
  /**
   * The header's value for a context without debug flag and tracestate, where it is all that `HeaderFormat.inject` would write; absent
   * where other headers are written.
   */
  readonly write?: (span: SpanContext) => string;
}

/** Baggage in a format's own headers. */
interface FormatBaggage {
  /** Adds what the headers hold to `entries`, a record without a prototype; an entry that is there already stays. */
  extract(headers: TraceHeaders, entries: Record<string, BaggageEntry>): void;
  inject(entries: HeaderEntry[], baggage: Baggage): void;
}

/** What another system's headers say, which travels on as it came. */
export interface Foreign {
  /** For the consumer's span. */
  readonly attributes: Attributes;
  readonly entries: readonly HeaderEntry[];
  /** Written only where baggage goes. */
  readonly baggage: readonly HeaderEntry[];
}

// `createContextKey` is `Symbol.for`: this is the key of OpenTelemetry's own B3 propagator, found without importing it.
const debugKey = createContextKey('OpenTelemetry Context Key B3 Debug Flag');
// Detached work goes on in the trace that is to be sampled everywhere, or starts another one, which no one marked.
detachKey(debugKey, (value, relation) => (relation === 'parent' ? value : undefined));

/** What OpenTelemetry's B3 propagator remembers of the debug flag: it writes any value that is there. */
export function debugValue(context: Context): unknown {
  return context.getValue(debugKey);
}

/** Whether OpenTelemetry's B3 propagator found the debug flag, for instance in an HTTP request that led here. */
export function hasDebugFlag(context: Context): boolean {
  const value = debugValue(context);
  return value === 'd' || value === '1';
}

/** Sets the flag where OpenTelemetry's B3 propagator looks, so that an HTTP request made by a handler carries it too. */
export function withDebugFlag(context: Context): Context {
  return context.setValue(debugKey, 'd');
}
