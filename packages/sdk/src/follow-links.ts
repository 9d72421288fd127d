import {
  isSpanContextValid,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Link,
  type SpanKind,
  type TraceState,
} from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';

/**
 * What a sampler is to OpenTelemetry's SDK 2 and SDK 3. The decision is a number here because each SDK has an enum of its
 * own for it, with the same values.
 */
export interface LinkSampler {
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): { decision: number; attributes?: Readonly<Attributes>; traceState?: TraceState };
  toString(): string;
}

/**
 * A sampler for traces that hang together by links: a span without a parent takes the decision of what it links to, so
 * that a story that goes over several traces is kept or dropped as a whole.
 *
 * - With a parent, or with no valid link: as `sampler` decides.
 * - Any linked context is sampled: sampled.
 * - None is: not sampled.
 *
 * Only links that are given when the span starts count; a sampler sees no others. Whoever writes the headers that the
 * links were read from takes part in the decision: do not use it where senders are not trusted.
 */
export function followLinks(sampler: LinkSampler): LinkSampler {
  return {
    shouldSample(context, traceId, spanName, spanKind, attributes, links) {
      const parent = trace.getSpanContext(context);
      const linked = parent !== undefined && isSpanContextValid(parent) ? [] : links.filter((link) => isSpanContextValid(link.context));
      if (linked.length === 0) return sampler.shouldSample(context, traceId, spanName, spanKind, attributes, links);
      const sampled = linked.some((link) => (link.context.traceFlags & TraceFlags.SAMPLED) !== 0);
      return { decision: sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
    },
    toString: () => `FollowLinks{${sampler.toString()}}`,
  };
}
