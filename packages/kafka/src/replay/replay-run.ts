import { trace, context as contextApi, type Context } from '@opentelemetry/api';
import type { AdminPort } from '../client/port/admin.ts';
import type { FetchedRecord } from '../client/port/message.ts';
import { ClientIdentity } from '../telemetry/client-identity.ts';
import { guard, guardCallback } from '../core/guard.ts';
import { errorMessage } from '../core/error-type.ts';
import { KafkaTracing } from '../telemetry/client-telemetry.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { AcknowledgedSender } from '../sender/acknowledged-sender.ts';
import { placeOf } from '../dead-letters/dead-letter-filter.ts';
import { readDeadLetterRecord, type DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';
import { ReplayAccount, type Met } from './progress/replay-account.ts';
import type { CommitSource, ReplayCommit } from './progress/replay-commits.ts';
import { ReplayGroups } from './replay-groups.ts';
import { replayGroupValue } from '../sender/record-headers.ts';
import type { CheckedReplay } from './replay-options.ts';
import { isOfStalePartitions, isRefusal, type ReplayProducer } from './replay-producer.ts';
import { ReplayRoutes } from './replay-route.ts';
import type { RecordOutcome, ReplayOutcome, ReplayTally } from './replay-report.ts';
import { replayedHeaders } from './replayed-headers.ts';
import type { Next } from './topic-reader.ts';

/** What a pass over a topic needs. */
export interface ReplayParts {
  readonly admin: AdminPort;
  readonly producer: ReplayProducer;
  readonly tally: ReplayTally;
  /** The context of the replay's own span. */
  readonly span: Context;
}

/** After a record of which nothing is told. */
const goOn: Next = { isLast: false, isSent: false, pause: 0 };

/** What became of a record, without its place. */
type Result = Pick<RecordOutcome, 'outcome'> & Partial<Pick<RecordOutcome, 'to' | 'reason'>>;

/** One pass over a dead-letter topic. */
export class ReplayRun implements CommitSource {
  readonly #options: CheckedReplay;
  readonly #tally: ReplayTally;
  readonly #span: Context;
  readonly #tracing: KafkaTracing;
  readonly #producer: ReplayProducer;
  readonly #sender: AcknowledgedSender;
  readonly #routes: ReplayRoutes;
  readonly #groups: ReplayGroups;
  readonly #admin: AdminPort;
  /** The records that the filter names and that were not met yet. */
  readonly #awaited: Set<string>;
  #account: ReplayAccount | undefined;

  constructor(options: CheckedReplay, { admin, producer, tally, span }: ReplayParts) {
    this.#options = options;
    this.#admin = admin;
    this.#awaited = new Set(options.places?.map(placeOf));
    this.#tally = tally;
    this.#span = span;
    this.#tracing = new KafkaTracing(options.tracing, new ClientIdentity(producer.client, {}));
    this.#producer = producer;
    this.#sender = new AcknowledgedSender(producer.send, () => admin);
    this.#routes = new ReplayRoutes(options, this.#sender, admin, tally.note);
    this.#groups = new ReplayGroups(admin, options.groupOnly, tally.note);
  }

  /** @throws {KafkaTracingError} `filter_failed`, `group_in_use`; what the client throws because of the broker */
  async handle(partition: number, message: FetchedRecord): Promise<Next> {
    const { from, account, selection, dryRun, places, rate, limit } = this.#options;
    // As a member of the group: two replays that begin at the same time see each other.
    this.#account ??= await ReplayAccount.load(this.#admin, { topic: from, account, selection, note: this.#tally.note }, !dryRun);
    const record = readDeadLetterRecord(from, partition, message);
    const met = this.#account.met(record);
    const isAwaited = this.#awaited.delete(placeOf(record));
    // Behind the position, on the way to what could not be sent; or between two that the filter names.
    if (places === undefined ? met === 'handled' : !isAwaited) return goOn;
    const { outcome, to, reason } = await this.#resultOf(record, met);
    this.#account.handled(record, whatOf(outcome));
    // It lies between others that could not be sent, and was counted when they were met first.
    if (met === 'unsent' && (outcome === 'filtered' || outcome === 'replayLimitReached')) return goOn;
    const told = { outcome, partition, offset: record.offset, traceId: record.traceId, to, reason };
    this.#tally.count(told);
    guardCallback('the onRecord option', () => this.#options.onRecord?.(record, told), this);
    return {
      isLast: this.#tally.counts.replayed >= limit,
      isSent: outcome === 'replayed',
      pause: rate !== undefined && outcome === 'replayed' ? 1_000 / rate : 0,
    };
  }

  commitOf(partition: number): ReplayCommit | undefined {
    return this.#account?.commitOf(partition);
  }

  async ensureUnchanged(isOwn: Parameters<CommitSource['ensureUnchanged']>[0]): Promise<void> {
    await this.#account?.ensureUnchanged(this.#admin, isOwn);
  }

  /** Says what the next replay cannot try again. */
  noteLeftOut(): void {
    this.#account?.noteLeftOut();
  }

  /** Says which of the records that the filter names are gone: compacted, or of a transaction that was aborted. */
  noteMissing(): void {
    const gone = [...this.#awaited];
    if (gone.length > 0) this.#tally.note(`There is no record ${gone.join(', ')} in "${this.#options.from}" any more`);
  }

  async #resultOf(record: DeadLetterRecord, met: Met): Promise<Result> {
    const { maxReplays } = this.#options;
    if (!(await this.#takes(record))) return { outcome: 'filtered' };
    if (met === 'handled' || met === 'replayed') return { outcome: 'alreadyReplayed', reason: sentBefore };
    if (record.replays >= maxReplays)
      return { outcome: 'replayLimitReached', reason: `it was replayed ${record.replays} times: maxReplays, or --max-replays` };
    const sent = await this.#send(record);
    if (!sent.isStale) return sent.result;
    // The topic's partitions have changed: one more try, with the current ones.
    await this.#producer.renew();
    return (await this.#send(record)).result;
  }

  /** One try; in a dry run it ends before the send. */
  async #send(record: DeadLetterRecord): Promise<{ readonly result: Result; readonly isStale: boolean }> {
    const target = await this.#routes.of(record);
    if ('reason' in target) return { result: { outcome: 'unroutable', reason: target.reason }, isStale: false };
    const { topic, partition } = target;
    const group = await this.#groups.of(record, topic);
    const { key, value } = record;
    const to = { topic, partition, offset: undefined, groupId: group === undefined ? undefined : record.groupId };
    if (this.#options.dryRun) return { result: { outcome: 'replayed', to }, isStale: false };
    try {
      const messages = [{ key, value, headers: replayedHeaders(record, group ?? replayGroupValue(topic, '')) }];
      const answer = await contextApi.with(this.#contextOf(record), () => this.#sender.send(topic, partition, messages));
      const written = { ...to, partition: answer.partition, offset: answer.baseOffset };
      return { result: { outcome: 'replayed', to: written }, isStale: false };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return { result: { outcome: 'failed', reason: errorMessage(error) }, isStale: isOfStalePartitions(error) };
    }
  }

  async #takes(record: DeadLetterRecord): Promise<boolean> {
    const { selects, from } = this.#options;
    try {
      return await selects(record);
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

/** What its account is to know of a record. What another filter's replay has sent is sent, whether its group is remembered or not. */
function whatOf(outcome: ReplayOutcome): 'sent' | 'unsent' | 'passed' {
  if (outcome === 'replayed' || outcome === 'alreadyReplayed') return 'sent';
  return outcome === 'unroutable' || outcome === 'failed' ? 'unsent' : 'passed';
}

const sentBefore = 'a replay has sent it before; another groupId, or --group, sends it again';
