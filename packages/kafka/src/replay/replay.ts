import { context as contextApi, isSpanContextValid, SpanKind, trace, type Context, type Span } from '@opentelemetry/api';
import { withSpan } from '@tracelink/context';
import type { Admin, KafkaMessage } from 'kafkajs';
import { ClientIdentity } from '../telemetry/client-identity.ts';
import { guard, guardCallback } from '../core/guard.ts';
import { errorMessage } from '../core/error-type.ts';
import { KafkaTracing } from '../telemetry/client-telemetry.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { AcknowledgedSender } from '../sender/acknowledged-sender.ts';
import type { KafkaClients } from '../subscribe/subscribe.ts';
import { readDeadLetterRecord, type DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';
import { endInTime } from '../core/outcome.ts';
import { ReplayGroups } from './replay-groups.ts';
import { checkReplay, type CheckedReplay, type ReplayOptions } from './replay-options.ts';
import { ReplayProducer, isOfStalePartitions, isRefusal } from './replay-producer.ts';
import { ReplayRoutes } from './replay-route.ts';
import { ReplayTally, type ReplayOutcome, type ReplayReport } from './replay-report.ts';
import { replayedHeaders } from './replayed-headers.ts';
import { readTopic, type Ended, type Next } from './topic-reader.ts';
import { patientAdmin } from '../client/kafkajs/patient-admin.ts';

/**
 * Sends the records of a dead-letter topic again, up to its end as of the start. Each goes to the topic and partition that it
 * came from, or to `to`. When the topic no longer has the partition, and with `to`, the key decides. The headers that describe the
 * failure are removed, but for the attempt that failed: the next attempt links to it.
 *
 * The sends belong to the trace of the replay; the trace origin of each record is kept.
 *
 * A replay is resumable: acknowledged records are committed in a group of its own, and the next replay continues there, repeating
 * one record at most. A record that cannot be sent does not end the replay: it is reported with its place, and committed only with a record
 * behind it that was sent. Until then the next replay reads it again; after that `record` replays it, or another group.
 *
 * @param kafka makes an admin client, a consumer and a producer
 * @returns the report, at the topic's end, at the limit, or when aborted
 * @throws {KafkaTracingError} `not_a_client`, `unknown_option`, `invalid_option`; `topic_missing`: there is no topic `from`, or no topic
 *   `to`; `record_missing`: there is no such `record`; `group_in_use`: another replay of the group runs; `topic_recreated`: the topic was
 *   created again meanwhile; `filter_failed`: the filter threw, for the record that the text names
 * @throws what kafkajs throws when the broker does not answer
 */
export async function replay(kafka: KafkaClients, options: ReplayOptions): Promise<ReplayReport> {
  if (typeof kafka?.consumer !== 'function' || typeof kafka.producer !== 'function' || typeof kafka.admin !== 'function')
    throw new KafkaTracingError('not_a_client', 'replay takes what makes clients: new Kafka(...).');
  const checked = checkReplay(options);
  const { signal, dryRun } = checked;
  const tally = new ReplayTally();
  const ended = signal?.aborted === true ? 'aborted' : await endInTime(run(kafka, checked, tally), signal, () => 'aborted' as const);
  return tally.report(ended, dryRun);
}

async function run(kafka: KafkaClients, options: CheckedReplay, tally: ReplayTally): Promise<Ended> {
  const { from, to } = options;
  const admin = patientAdmin(kafka.admin());
  try {
    await admin.connect();
    if (to !== undefined && !(await admin.listTopics()).includes(to)) {
      const what = `The topic "${to}", to which replay is to send, does not exist, or this client may not see it.`;
      throw new KafkaTracingError('topic_missing', what);
    }
    // Awaited: the client must stay until the replay has ended.
    return await withSpan(`replay ${from}`, (span) => runIn(span, kafka, admin, options, tally), { kind: SpanKind.INTERNAL });
  } finally {
    await admin.disconnect();
  }
}

async function runIn(span: Span, kafka: KafkaClients, admin: Admin, options: CheckedReplay, tally: ReplayTally): Promise<Ended> {
  const { from, groupId, dryRun, record, signal, consumer } = options;
  if (isSpanContextValid(span.spanContext())) tally.traceId = span.spanContext().traceId;
  // Without an SDK every header is passed through unchanged, those of other tracers, too.
  const isTraced = tally.traceId !== undefined || options.tracing.tracerProvider !== undefined;
  const producer = new ReplayProducer(kafka, options.producer, isTraced ? options.tracing : undefined);
  const replayRun = new ReplayRun(options, { kafka, admin, producer, tally, span: contextApi.active() });
  const reading = { topic: from, groupId, commits: !dryRun, record, signal, consumer };
  try {
    return await readTopic(kafka, admin, reading, (partition, message) => replayRun.handle(partition, message));
  } finally {
    for (const [outcome, count] of Object.entries(tally.counts)) span.setAttribute(`tracelink.replay.${snakeCase(outcome)}`, count);
    await producer.disconnect();
  }
}

interface ReplayParts {
  readonly kafka: KafkaClients;
  readonly admin: Admin;
  readonly producer: ReplayProducer;
  readonly tally: ReplayTally;
  /** The context of the replay's own span. */
  readonly span: Context;
}

/** An outcome, with the reason if it is a problem. */
type Result = readonly [outcome: ReplayOutcome, reason?: string];

/** One pass over a dead-letter topic. */
class ReplayRun {
  readonly #options: CheckedReplay;
  readonly #tally: ReplayTally;
  readonly #span: Context;
  readonly #tracing: KafkaTracing;
  readonly #producer: ReplayProducer;
  readonly #sender: AcknowledgedSender;
  readonly #routes: ReplayRoutes;
  readonly #groups: ReplayGroups;

  constructor(options: CheckedReplay, { kafka, admin, producer, tally, span }: ReplayParts) {
    this.#options = options;
    this.#tally = tally;
    this.#span = span;
    this.#tracing = new KafkaTracing(options.tracing, new ClientIdentity(producer.client, {}));
    this.#producer = producer;
    this.#sender = new AcknowledgedSender(producer.send, () => admin);
    this.#routes = new ReplayRoutes(options, this.#sender, admin, tally.note);
    this.#groups = new ReplayGroups(kafka, options.groupOnly, tally.note);
  }

  /** @throws {KafkaTracingError} `filter_failed`; what kafkajs throws because of the broker */
  async handle(partition: number, message: KafkaMessage): Promise<Next> {
    const record = readDeadLetterRecord(this.#options.from, partition, message);
    const [outcome, reason] = await this.#outcomeOf(record);
    this.#tally.count(outcome, record, reason);
    guardCallback('the onRecord option', () => this.#options.onRecord?.(record, outcome, reason), this);
    const { rate, limit } = this.#options;
    return {
      isDone: outcome !== 'unroutable' && outcome !== 'failed',
      isLast: this.#tally.counts.replayed >= limit,
      pause: rate !== undefined && outcome === 'replayed' ? 1_000 / rate : 0,
    };
  }

  async #outcomeOf(record: DeadLetterRecord): Promise<Result> {
    const { maxReplays, since } = this.#options;
    if (record.timestamp < since || !(await this.#takes(record))) return ['filtered'];
    if (record.replays >= maxReplays) return ['replayLimitReached'];
    const sent = await this.#send(record);
    if (!sent.isStale) return sent.result;
    // The topic's partitions have changed: one more try, with the current ones.
    await this.#producer.renew();
    return (await this.#send(record)).result;
  }

  /** One try; in a dry run it ends before the send. */
  async #send(record: DeadLetterRecord): Promise<{ readonly result: Result; readonly isStale: boolean }> {
    const target = await this.#routes.of(record);
    if ('reason' in target) return { result: ['unroutable', target.reason], isStale: false };
    const { topic, partition } = target;
    const group = await this.#groups.of(record, topic);
    const { key, value } = record;
    try {
      const messages = [{ key, value, headers: replayedHeaders(record, group) }];
      if (!this.#options.dryRun) await contextApi.with(this.#contextOf(record), () => this.#sender.send(topic, partition, messages));
      return { result: ['replayed'], isStale: false };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return { result: ['failed', errorMessage(error)], isStale: isOfStalePartitions(error) };
    }
  }

  async #takes(record: DeadLetterRecord): Promise<boolean> {
    const { filter, from } = this.#options;
    try {
      return filter === undefined || (await filter(record));
    } catch (error) {
      const place = `record ${record.offset} in partition ${record.partition} of "${from}"`;
      const failure = `The filter option threw at ${place}: ${errorMessage(error)} The next replay continues there.`;
      throw new KafkaTracingError('filter_failed', failure, { cause: error });
    }
  }

  /** The replay's span, with the record's baggage and trace origin. */
  #contextOf({ headers }: DeadLetterRecord): Context {
    const active = trace.getSpan(this.#span);
    const extraction = guard('reading headers', () => this.#tracing.propagation.extract(headers, this.#options.from), this);
    return extraction === undefined || active === undefined ? this.#span : trace.setSpan(extraction.asRoot(), active);
  }
}

/** The form of attribute names: `replay_limit_reached`. */
function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
