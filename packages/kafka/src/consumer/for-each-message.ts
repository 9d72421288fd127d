import { context as contextApi, trace, type Context } from '@opentelemetry/api';
import { channels } from '../channels/channels.ts';
import { published } from '../channels/publish.ts';
import { commitsWhenDue, streamAdapter } from '../client/adapters.ts';
import { ConsumerTracing } from './consumer-telemetry.ts';
import { guard } from '../core/guard.ts';
import { inOwnAsyncContext } from '../core/outcome.ts';
import { batchOf, deliveryOf } from './delivered-message.ts';
import type { MessageLike } from '../client/kafka-client.ts';
import { runningBatch, withBatch, type BatchScope } from '../telemetry/batch-scope.ts';
import { checkForEachOptions } from '../telemetry/check-options.ts';
import type { ConsumerOptions } from '../telemetry/options.ts';
import { countConsumed, measureProcessing, processMessage } from './process-message.ts';
import { forEachStreamed } from './traced-stream.ts';

/** The type of the messages in the `eachBatch` payload or the stream `P`. */
export type MessageOf<P> = P extends { readonly batch: { readonly messages: readonly (infer M)[] } }
  ? M
  : P extends AsyncIterable<infer M>
    ? M
    : never;

/** The part of an `eachBatch` payload that `forEachMessage` uses. */
export interface BatchPayload {
  readonly batch: { readonly topic: string; readonly partition: number; readonly messages: readonly object[] };
  resolveOffset(offset: string, leaderEpoch?: number): void;
  heartbeat(): Promise<void>;
  commitOffsetsIfNecessary(): Promise<void>;
  isRunning(): boolean;
  isStale(): boolean;
}

/** A stream of messages: what `consume` of `@platformatic/kafka` gives. */
export type MessageStream = AsyncIterable<object>;

/** The messages of consumers that are not wrapped which have been counted: a handler may give the same payload twice. */
const counted = new WeakSet<object>();

/**
 * Runs `handle` for each message of a batch or a stream, one after the other, each in its own message's context, baggage and span.
 *
 * Between the messages of a batch it resolves the offset, sends a heartbeat and commits when a commit is due, as kafkajs' own loop around
 * `eachMessage` does; Confluent's client commits by itself what is resolved. Where a wrapped consumer has auto-commit off, commits are the
 * application's. It stops where that loop stops: when the consumer stops, a seek made the batch stale, or the partition is paused. The rest
 * of the batch is then neither resolved nor lost. A stream is read to its end; it commits nothing, as `for await` over it would not: open it
 * with `autocommit: false` and commit in `handle`, or this client commits what it has fetched.
 *
 * The span of a message has its creation context as parent and link, and links to the batch's span. With the relation `link`, or
 * without a creation context, it is a child of the batch's span. Without a tracer provider `handle` runs in the context that is
 * active, and the headers are not read.
 *
 * @param source the payload that a wrapped consumer passed to `eachBatch`, or the stream that a wrapped consumer's `consume` gave. For a
 *   consumer that is not wrapped `options` apply; run it with `eachBatchAutoResolve: false`
 * @param handle called with the client's own message object
 * @param options for a payload or a stream of a consumer that is not wrapped; ignored for others. @default {}
 * @throws {KafkaTracingError} `unknown_option`, `invalid_option`, before any message is handled
 * @throws what `handle` throws, the same object: no later message is handled, and a stream is closed; what the client throws, for
 *   example from a heartbeat or a commit when the group rebalances
 */
export async function forEachMessage<P extends BatchPayload | MessageStream>(
  source: P,
  handle: (message: MessageOf<P>) => unknown,
  options?: ConsumerOptions,
): Promise<void> {
  // Of others they are ignored, but a fault in them is one of the program all the same.
  if (options !== undefined) checkForEachOptions(options);
  const stream = streamAdapter(source);
  if (stream !== undefined) return forEachStreamed(stream, source, handle as (message: object) => unknown, options ?? {});
  const payload = source as BatchPayload;
  const { topic, partition, messages } = payload.batch;
  const batchContext = contextApi.active();
  // Messages that the handler has copied do not say what batch they are of.
  const delivered = batchOf(payload);
  const scope = delivered ?? runningBatch(batchContext);
  // kafkajs would also without auto-commit, at its interval and its threshold; its own loop does not.
  const commitsDue = delivered?.tracing.commitsDue !== false && commitsWhenDue(payload);
  let unwrapped: ConsumerTracing | undefined;
  for (const message of messages as readonly MessageLike[]) {
    const known = deliveryOf(message);
    const batch = known?.source.batch ?? scope;
    if (!payload.isRunning() || payload.isStale() || batch?.isPaused() === true) {
      if (batch !== undefined) batch.stoppedEarly = true;
      return;
    }
    const tracing = known?.source.tracing ?? delivered?.tracing ?? (unwrapped ??= new ConsumerTracing({}, options ?? {}));
    // What a wrapped consumer has delivered is counted, also what its handler has copied.
    if (known === undefined && scope === undefined && !counted.has(message)) {
      counted.add(message);
      countConsumed(tracing, topic, 1);
    }
    const told = () => tracing.processMessage(payload.batch, [message]);
    const run = () => inOwnAsyncContext(() => published(channels.process, told, () => handle(message as MessageOf<P>)));
    if (tracing.isTraced) {
      const extraction = known?.extraction ?? guard('reading headers', () => tracing.propagation.extract(message.headers, topic));
      await (extraction === undefined
        ? measureProcessing(tracing, topic, run)
        : processMessage(tracing, { topic, partition, message, extraction }, batchContextOf(batch, batchContext), run, undefined));
    } else await measureProcessing(tracing, topic, run);
    payload.resolveOffset(String(message.offset), message.leaderEpoch);
    await payload.heartbeat();
    if (commitsDue) await payload.commitOffsetsIfNecessary();
  }
}

/** The context of the batch and its span: the wrapped consumer's, wherever in the handler the call is, else the active context. */
function batchContextOf(batch: BatchScope | undefined, active: Context): Context {
  return batch?.spanContext === undefined ? active : withBatch(trace.setSpanContext(active, batch.spanContext), batch);
}
