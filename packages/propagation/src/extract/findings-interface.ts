import type { Baggage, Context, SpanContext } from '@opentelemetry/api';
import type { Relation } from './extraction-interface.ts';
import type { Sw8Headers } from '../formats/read-sw8.ts';
import type { TraceProgress } from '../formats/tracelink.ts';

/** What stands in headers beside the contexts; `undefined` members were not there. */
export interface Findings {
  readonly origin: SpanContext | undefined;
  readonly relation: Relation | undefined;
  readonly progress: TraceProgress | undefined;
  readonly baggage: Baggage | undefined;
  readonly sw8: Sw8Headers | undefined;
  /** Where `asParent` begins: what a global propagator extracted, with values of its own. */
  readonly base: Context | undefined;
  /** Lets go of the client's memory. */
  detach(): void;
}

/** Of headers that say nothing, or are worth links only. */
export const noFindings: Findings = Object.freeze({
  origin: undefined,
  relation: undefined,
  progress: undefined,
  baggage: undefined,
  sw8: undefined,
  base: undefined,
  detach() {},
});
