import {
  diag,
  isSpanContextValid,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Link,
  type SpanKind,
  type TraceState,
} from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import { isUndecided } from '@tracelink/propagation';
import { getNumberFromEnv, getStringFromEnv } from '@opentelemetry/core';

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
 * that a flow that goes over several traces is kept or dropped as a whole.
 *
 * - With a parent, or with no valid link: as `sampler` decides.
 * - Any linked context is sampled: sampled.
 * - None is: not sampled.
 *
 * Only links that are given when the span starts count; a sampler sees no others. A message's creation context does not
 * count when its topic is not trusted, or when its sender left the decision to the receiver (B3 without a state).
 */
export function followLinks(sampler: LinkSampler): LinkSampler {
  return {
    shouldSample(context, traceId, spanName, spanKind, attributes, links) {
      const parent = trace.getSpanContext(context);
      const hasParent = parent !== undefined && isSpanContextValid(parent);
      const linked = hasParent ? [] : links.filter((link) => isSpanContextValid(link.context) && !isUndecided(link.context));
      if (linked.length === 0) return sampler.shouldSample(context, traceId, spanName, spanKind, attributes, links);
      const sampled = linked.some((link) => (link.context.traceFlags & TraceFlags.SAMPLED) !== 0);
      return { decision: sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
    },
    toString: () => `FollowLinks{${sampler.toString()}}`,
  };
}

/**
 * The sampler that `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG` ask for; `parentbased_always_on` when they are
 * not set or not understood. The SDK does the same but keeps it to itself, and a sampler around it needs it in hand.
 * Source: OpenTelemetry specification, "Environment Variable Specification", general SDK configuration.
 */
export function samplerFromEnv(): Sampler {
  const name = getStringFromEnv('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on';
  switch (name) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(ratio());
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio()) });
    default:
      if (name !== 'parentbased_always_on') diag.error(`OTEL_TRACES_SAMPLER: unknown sampler "${name}", parentbased_always_on is used`);
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
  }
}

function ratio(): number {
  const value = getNumberFromEnv('OTEL_TRACES_SAMPLER_ARG') ?? 1;
  if (value >= 0 && value <= 1) return value;
  diag.error(`OTEL_TRACES_SAMPLER_ARG: ${value} is not between 0 and 1, 1 is used`);
  return 1;
}
