import { context as contextApi, type Context, type Span } from '@opentelemetry/api';
import type { MessageLike } from '../client/kafka-client.ts';
import { watch, type Outcome } from '../core/outcome.ts';
import type { KafkaTracing } from './client-telemetry.ts';
import type { SpanHook } from './options.ts';

/** An operation whose span has started: what it runs in, and what its end says. */
export interface TracedOperation {
  readonly span: Span;
  /** What the operation runs in; holds the span. */
  readonly context: Context;
  readonly topic: string | undefined;
  /** The caller's own, for the hook. */
  readonly messages: readonly MessageLike[];
  readonly hook: SpanHook | undefined;
}

/** Told how an operation ended and how many seconds it took, before its caller knows; must not throw. */
export type Ended<T> = (outcome: Outcome<T>, seconds: number) => void;

/**
 * Runs what a span stands for in its context, records, ends the span: the one way that a span of this package goes, but for those of
 * `subscribe`, whose attempts end when it is decided what becomes of them.
 *
 * @param record runs in the span's context, where exemplars find it
 */
export function runInSpan<T>(tracing: KafkaTracing, operation: TracedOperation, run: () => T, record: Ended<T>): T {
  const { span, context, topic, messages, hook } = operation;
  return contextApi.with(context, () =>
    timed(run, (outcome, seconds) => {
      record(outcome, seconds);
      tracing.end(span, topic, messages, outcome.failed ? outcome : undefined, hook);
    }),
  );
}

/** Runs what no span stands for: metrics need its end, too. */
export function timed<T>(run: () => T, ended: Ended<T>): T {
  const startedAt = performance.now();
  return watch(run, (outcome) => ended(outcome, (performance.now() - startedAt) / 1_000));
}
