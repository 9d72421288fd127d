import { setTimeout as wait } from 'node:timers/promises';
import { context as contextApi, SpanKind, trace, type Context } from '@opentelemetry/api';
import { withSpan } from '@tracelink/context';
import { Partitioners, type Consumer, type EachBatchPayload, type Producer } from 'kafkajs';
import { ClientIdentity } from '../client-identity.ts';
import { contained } from '../contain.ts';
import { KafkaTracing } from '../tracing.ts';
import { KafkaTracingError } from '../kafka-tracing-error.ts';
import { DeliveryHeader, withoutFailure } from '../subscribe/headers/delivery-headers.ts';
import type { KafkaClients } from '../subscribe/subscribe.ts';
import { wrapProducer } from '../wrap-producer.ts';
import { readDeadLetter, type DeadLetter } from './dead-letter.ts';
import { Remaining } from './remaining.ts';
import { checkReplay, type CheckedReplay, type LetterOutcome, type ReplayOptions, type ReplayReport } from './replay-options.ts';

/**
 * Sends the messages of a dead-letter topic again, up to what is its end when it begins. Each goes back to where it came from, or to
 * `to`, without what its headers say of the failure, but for the attempt that failed: the next one links to it.
 *
 * What is sent belongs to the trace of the replay; the origin of each message is kept. Resumable: what is sent is committed in
 * a group of its own, and a replay that was cut off goes on from there, repeating one message at most.
 *
 * @returns when it is through, at its limit, or aborted
 * @throws {KafkaTracingError} `not_a_client`, `unknown_option`, `invalid_option`, `topic_missing`; what kafkajs throws, and `filter`
 */
export async function replay(kafka: KafkaClients, options: ReplayOptions): Promise<ReplayReport> {
  if (typeof kafka?.consumer !== 'function' || typeof kafka.producer !== 'function' || typeof kafka.admin !== 'function')
    throw new KafkaTracingError('not_a_client', 'replay takes what makes clients: new Kafka(...).');
  const checked = checkReplay(options);
  const startedAt = performance.now();
  await using clients = new AsyncDisposableStack();
  const admin = kafka.admin();
  await admin.connect();
  clients.defer(() => admin.disconnect());
  const remaining = await Remaining.of(admin, checked.groupId, checked.from);
  const producer = wrapProducer(
    kafka.producer({ allowAutoTopicCreation: false, createPartitioner: Partitioners.DefaultPartitioner, ...checked.producer }),
    checked.tracing,
  );
  await producer.connect();
  clients.defer(() => producer.disconnect());
  const consumer = kafka.consumer({ maxWaitTimeInMs: 500, ...checked.consumer, groupId: checked.groupId });

  // Awaited: the clients are there until it has ended.
  return await withSpan(
    `replay ${checked.from}`,
    async (span) => {
      const run = new ReplayRun(checked, { consumer, producer, remaining, span: contextApi.active() });
      const ended = remaining.isEmpty ? 'at the end' : await run.consume();
      const { traceId } = span.spanContext();
      const report = { ...run.counts, ended, dryRun: checked.dryRun, durationMs: Math.round(performance.now() - startedAt) };
      for (const [outcome, count] of Object.entries(run.counts)) span.setAttribute(`tracelink.replay.${outcome}`, count);
      return { ...report, traceId: /^0+$/.test(traceId) ? undefined : traceId };
    },
    { kind: SpanKind.INTERNAL },
  );
}

interface ReplayParts {
  readonly consumer: Consumer;
  readonly producer: Producer;
  readonly remaining: Remaining;
  /** The context of the replay's own span. */
  readonly span: Context;
}

/** One pass over a dead-letter topic. */
class ReplayRun {
  readonly counts: Record<LetterOutcome, number> = { replayed: 0, filtered: 0, looping: 0, homeless: 0 };
  readonly #options: CheckedReplay;
  readonly #parts: ReplayParts;
  readonly #tracing: KafkaTracing;
  readonly #ended = Promise.withResolvers<ReplayReport['ended']>();

  constructor(options: CheckedReplay, parts: ReplayParts) {
    this.#options = options;
    this.#parts = parts;
    this.#tracing = new KafkaTracing(options.tracing, new ClientIdentity(parts.consumer, {}));
  }

  async consume(): Promise<ReplayReport['ended']> {
    const { consumer, remaining } = this.#parts;
    const { from, signal } = this.#options;
    const abort = (): void => this.#ended.resolve('aborted');
    signal?.addEventListener('abort', abort);
    if (signal?.aborted === true) return 'aborted';
    await consumer.connect();
    try {
      // Also of batches that nothing of was handed on: control records end a partition, too.
      consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, lastOffset } }) => {
        remaining.passed(partition, lastOffset);
        if (remaining.isEmpty) this.#ended.resolve('at the end');
      });
      consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
        if (!restart) this.#ended.reject(error);
      });
      await consumer.subscribe({ topic: from, fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: (payload) => this.#eachBatch(payload) });
      return await this.#ended.promise;
    } finally {
      signal?.removeEventListener('abort', abort);
      await consumer.disconnect();
    }
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const { topic, partition, messages } = payload.batch;
    const { remaining, consumer } = this.#parts;
    const { limit, dryRun, signal, rate } = this.#options;
    for (const message of messages) {
      if (signal?.aborted === true || this.counts.replayed >= limit) return;
      if (!remaining.includes(partition, message.offset)) {
        remaining.passed(partition, message.offset);
        return;
      }
      const letter = readDeadLetter(partition, message);
      const outcome = await this.#outcomeOf(letter).catch((error: unknown) => {
        this.#ended.reject(error);
        throw error;
      });
      this.counts[outcome]++;
      contained('the onLetter option', () => this.#options.onLetter?.(letter, outcome), this);
      payload.resolveOffset(message.offset);
      if (!dryRun) await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(message.offset) + 1n) }]);
      if (this.counts.replayed >= limit) this.#ended.resolve('at the limit');
      if (rate !== undefined && outcome === 'replayed') await wait(1_000 / rate, undefined, { ...(signal && { signal }) }).catch(() => {});
      await payload.heartbeat();
    }
  }

  async #outcomeOf(letter: DeadLetter): Promise<LetterOutcome> {
    const { filter, maxReplays, to, dryRun } = this.#options;
    if (letter.replays >= maxReplays) return 'looping';
    const target = to ?? letter.originalTopic;
    if (target === undefined || target === this.#options.from) return 'homeless';
    if (filter !== undefined && !(await filter(letter))) return 'filtered';
    if (!dryRun) await this.#send(letter, target);
    return 'replayed';
  }

  async #send(letter: DeadLetter, topic: string): Promise<void> {
    const { key, value, headers, replays, originalPartition } = letter;
    const failed = headers[DeliveryHeader.FAILED_ATTEMPT];
    const sent = {
      ...withoutFailure(headers),
      ...(failed !== undefined && { [DeliveryHeader.FAILED_ATTEMPT]: failed }),
      [DeliveryHeader.REPLAYS]: String(replays + 1),
    };
    // Back to its own partition, where the rest of its key is.
    const partition = this.#options.to === undefined ? originalPartition : undefined;
    const message = { key, value, headers: sent, ...(partition !== undefined && { partition }) };
    await contextApi.with(this.#contextOf(letter), () => this.#parts.producer.send({ topic, acks: -1, messages: [message] }));
  }

  /** The replay's span, with the baggage and the origin that the message came with. */
  #contextOf({ headers }: DeadLetter): Context {
    const { span } = this.#parts;
    const active = trace.getSpan(span);
    const extraction = contained('reading headers', () => this.#tracing.propagation.extract(headers, this.#options.from), this);
    return extraction === undefined || active === undefined ? span : trace.setSpan(extraction.asRoot(), active);
  }
}
