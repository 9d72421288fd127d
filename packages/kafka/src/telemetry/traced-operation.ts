import { context as contextApi, type Context, type Span } from '@opentelemetry/api';
import type { MessageLike } from '../client/kafka-client.ts';
import { watch, type Outcome } from '../core/outcome.ts';
import type { KafkaTracing } from './client-telemetry.ts';
import type { SpanHook } from './options.ts';

/** An operation whose span has started, with its context and its telemetry. */
export interface TracedOperation {
  readonly span: Span;
  /** The context of the operation, which holds the span. */
  readonly context: Context;
  readonly topic: string | undefined;
  /** The caller's own messages, for the hook. */
  readonly messages: readonly MessageLike[];
  readonly hook: SpanHook | undefined;
}

/**
 * Called with an operation's outcome and its duration in seconds, before its caller gets it; must not throw. `undefined` where there was no
 * meter when it began: a clock costs as much as an attribute.
 */
export type Ended<T> = (outcome: Outcome<T>, seconds: number | undefined) => void;

/**
 * Runs the operation of a span in its context, records, ends the span: the one path for all spans of this package, except those of
 * `subscribe`, whose attempts end when their disposition is decided.
 *
 * @param record runs in the span's context, where exemplars find it
 */
export function runInSpan<T>(tracing: KafkaTracing, operation: TracedOperation, run: () => T, record: Ended<T>): T {
  const { span, context, topic, messages, hook } = operation;
  return contextApi.with(context, () => {
    const startedAt = tracing.isMeasured ? performance.now() : undefined;
    return watch(run, (outcome) => {
      record(outcome, startedAt === undefined ? undefined : (performance.now() - startedAt) / 1_000);
      tracing.end(span, topic, messages, outcome.failed ? outcome : undefined, hook);
    });
  });
}

/** Runs an operation without a span: metrics need its outcome, too. */
export function timed<T>(tracing: KafkaTracing, run: () => T, ended: Ended<T>): T {
  if (!tracing.isMeasured) return watch(run, (outcome) => ended(outcome, undefined));
  const startedAt = performance.now();
  return watch(run, (outcome) => ended(outcome, (performance.now() - startedAt) / 1_000));
}
