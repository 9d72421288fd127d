import type { TracerProvider } from '@opentelemetry/api';
import { scope } from '../core/version.ts';
import type { KafkaPropagation } from '@tracelink/propagation';
import { isThenable } from '../core/outcome.ts';

/** The part of the API's proxy that says whether an SDK stands behind it; every copy and version of the API has it. */
interface Proxy {
  getDelegateTracer?(name: string, version: string): unknown;
}

/**
 * Whether `provider` makes spans. OpenTelemetry's API hands out a proxy, which makes none until an SDK is registered behind it;
 * whatever else offers tracers is taken at its word.
 */
export function makesSpans(provider: TracerProvider): boolean {
  const proxy = provider as Proxy;
  return typeof proxy.getDelegateTracer !== 'function' || proxy.getDelegateTracer(scope.name, scope.version) !== undefined;
}

/**
 * A propagation of the user's that is asked where an answer is needed at once: a promise is none. It counts as a fault of the
 * propagation, and its rejection, which no one would handle, is handled.
 *
 * @throws what `propagation` throws, and TypeError where it answers with a promise; to be contained
 */
export function promptPropagation(propagation: KafkaPropagation): KafkaPropagation {
  return {
    extract: (headers, topic) => atOnce(propagation.extract(headers, topic)),
    creationContext: (headers) => atOnce(propagation.creationContext(headers)),
    injection(context, topic, relation) {
      const injection = atOnce(propagation.injection(context, topic, relation));
      return { into: (headers) => atOnce(injection.into(headers)) };
    },
  };
}

function atOnce<T>(answer: T): T {
  if (!isThenable(answer)) return answer;
  answer.then(undefined, () => {});
  throw new TypeError('the propagation answered with a promise: it must answer at once');
}
