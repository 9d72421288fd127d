import { trace, type Attributes, type Context, type Link, type SpanContext } from '@opentelemetry/api';
import { SamplingDecision, TracerProvider, type SamplingResult, type SpanProcessor } from '@opentelemetry/sdk-trace';

/** A question to the sampler. */
export interface Asked {
  readonly parent: SpanContext | undefined;
  readonly attributes: Attributes;
  readonly links: readonly Link[];
  readonly context: Context;
}

/** A tracer provider of the real SDK that samples everything and records the questions to its sampler. */
export function providerAsking(asked: Asked[], processor: SpanProcessor): TracerProvider {
  return new TracerProvider({
    spanProcessors: [processor],
    sampler: {
      shouldSample(context, _traceId, _name, _kind, attributes, links): SamplingResult {
        asked.push({ parent: trace.getSpanContext(context), attributes, links, context });
        return { decision: SamplingDecision.RECORD_AND_SAMPLED };
      },
    },
  });
}
