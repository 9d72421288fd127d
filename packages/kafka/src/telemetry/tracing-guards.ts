import type { TracerProvider } from '@opentelemetry/api';
import { scope } from '../core/version.ts';
import type { KafkaPropagation } from '@tracelink/propagation';
import { isThenable } from '../core/outcome.ts';

/** The part of the API's proxy that shows whether an SDK is behind it; every copy and version of the API has it. */
interface Proxy {
  getDelegateTracer?(name: string, version: string): unknown;
}

/**
 * Whether `provider` makes spans. OpenTelemetry's API returns a proxy, which makes none until an SDK is registered behind it;
 * any other provider counts as one that makes spans.
 */
export function makesSpans(provider: TracerProvider): boolean {
  const proxy = provider as Proxy;
  return typeof proxy.getDelegateTracer !== 'function' || proxy.getDelegateTracer(scope.name, scope.version) !== undefined;
}

/**
 * A user's propagation where its answer is needed synchronously: a promise is no answer. It counts as a fault of the
 * propagation, and its rejection, which would be unhandled, is handled.
 *
 * @throws what `propagation` throws, and TypeError when it answers with a promise; the caller must guard the call
 */
export function promptPropagation(propagation: KafkaPropagation): KafkaPropagation {
  return {
    extract: (headers, topic) => atOnce(propagation.extract(headers, topic)),
    creationContext: (headers) => atOnce(propagation.creationContext(headers)),
    droppedContexts: (headers) => atOnce(propagation.droppedContexts(headers)),
    kept: (headers, context, topic) => atOnce(propagation.kept(headers, context, topic)),
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
