import type { TextMapPropagator } from '@opentelemetry/api';
import {
  CompositePropagator,
  getBooleanFromEnv,
  getStringListFromEnv,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { B3Propagator } from '@opentelemetry/propagator-b3';

/** What `NodeSDK` makes of OTEL_PROPAGATORS; the specification names more. */
const available: readonly string[] = ['tracecontext', 'baggage', 'b3', 'b3multi'];

/**
 * The option `textMapPropagator` of `NodeSDK`: ours where OTEL_PROPAGATORS is not set or names none that is available; absent where `NodeSDK`
 * reads it. The SDK tells its `diag` alone of names that it does not know, and without any other it would write no headers, and continue no
 * trace: a warning of the process says which these are.
 * Source: OpenTelemetry specification, "Environment Variable Specification", general SDK configuration.
 */
export function propagatorFromEnv(): { textMapPropagator?: TextMapPropagator } {
  const names = new Set(getStringListFromEnv('OTEL_PROPAGATORS'));
  if (names.has('none') || getBooleanFromEnv('OTEL_SDK_DISABLED') === true) return {};
  const unavailable = [...names].filter((name) => !available.includes(name));
  const isOurs = unavailable.length === names.size;
  if (unavailable.length > 0) sayUnavailable(unavailable, isOurs ? 'the default is used: W3C and B3' : 'only the others are used');
  return isOurs ? { textMapPropagator: defaultPropagator() } : {};
}

function sayUnavailable(names: readonly string[], consequence: string): void {
  process.emitWarning(
    `OTEL_PROPAGATORS: ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} not available, so ${consequence}. ` +
      `There are ${available.join(', ')} and none.`,
    { code: 'TRACELINK_PROPAGATOR_UNAVAILABLE' },
  );
}

/**
 * B3 (single header written, single and multi read), W3C Trace Context and W3C Baggage: all are written, so that the
 * next service understands one of them whatever it is.
 *
 * A composite propagator reads in order and the last valid context wins: W3C is preferred because it alone carries
 * `tracestate`.
 */
function defaultPropagator(): TextMapPropagator {
  return new CompositePropagator({ propagators: [new B3Propagator(), new W3CTraceContextPropagator(), new W3CBaggagePropagator()] });
}
