import type { Attributes, Json } from './json.ts';
import type { SpanReference } from './span.ts';

/** A log line that was written while a span was current. */
export interface LogLine extends SpanReference {
  /** Whole microseconds since the Unix epoch. */
  readonly timeUs: number;
  readonly severity: string;
  readonly body: Json;
  readonly attributes: Attributes;
}
