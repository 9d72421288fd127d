import type { TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { B3Propagator } from '@opentelemetry/propagator-b3';

/**
 * B3 (single header written, single and multi read), W3C Trace Context and W3C Baggage: all are written, so that the
 * next service understands one of them whatever it is.
 *
 * A composite propagator reads in order and the last valid context wins: W3C is preferred because it alone carries
 * `tracestate`.
 */
export function defaultPropagator(): TextMapPropagator {
  return new CompositePropagator({ propagators: [new B3Propagator(), new W3CTraceContextPropagator(), new W3CBaggagePropagator()] });
}
