import type { SpanReference, TraceSpan } from './trace-span.ts';

/** The values that OTLP has: those of the tracing API, lists of mixed values and maps. */
export type ReceivedValue = string | number | boolean | undefined | readonly ReceivedValue[] | { readonly [key: string]: ReceivedValue };

/** Attributes as they came: 64-bit integers are numbers, bytes are base64. */
export type ReceivedAttributes = Readonly<Record<string, ReceivedValue>>;

/** A link of a {@link ReceivedSpan}. */
export interface ReceivedLink extends SpanReference {
  readonly attributes: ReceivedAttributes;
}

/** A span that another process exported. */
export interface ReceivedSpan extends TraceSpan {
  readonly attributes: ReceivedAttributes;
  readonly links: readonly ReceivedLink[];
  /** Attributes of the resource, among them `service.name`. */
  readonly resource: ReceivedAttributes;
  /** Name of the tracer. */
  readonly scope: string;
}
