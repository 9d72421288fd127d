import { randomUUID } from 'node:crypto';
import { context as contextApi, isSpanContextValid, SpanKind, type Span } from '@opentelemetry/api';
import { withSpan } from '@tracelink/context';
import { clientsOf, type ClientMaker } from '../client/client-maker.ts';
import type { AdminPort } from '../client/port/admin.ts';
import type { EngineClients } from '../client/port/engine-clients.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { endInTime } from '../core/aborted-work.ts';
import { checkReplay, type CheckedReplay, type ReplayOptions } from './replay-options.ts';
import { ReplayProducer } from './replay-producer.ts';
import { ReplayTally, type ReplayReport } from './replay-report.ts';
import { ReplayRun } from './replay-run.ts';
import { readTopic, type Ended, type HandleRecord } from './topic-reader.ts';

/**
 * Sends the records of a dead-letter topic again, up to its end as of the start. Each goes to the topic and partition that it
 * came from, or to `to`. When the topic no longer has the partition, and with `to`, the key decides. The headers that describe the
 * failure are removed, but for the attempt that failed: the next attempt links to it.
 *
 * The sends belong to the trace of the replay; the trace origin of each record is kept.
 *
 * A replay is resumable: acknowledged records are committed, in a group of the filter's own, and the next replay with that filter continues
 * there, repeating one record at most. A record that another filter's replay has sent is not sent again. A record that cannot be sent does
 * not end the replay: it is reported with its place, and the next replay with the filter tries it again.
 *
 * @param kafka makes an admin client, a consumer and a producer
 * @returns the report, at the topic's end, at the limit, or when aborted
 * @throws {KafkaTracingError} `not_a_client`, `unknown_option`, `invalid_option`; `topic_missing`: there is no topic `from`, or no topic
 *   `to`; `record_missing`: there is no record where the filter names one; `group_in_use`: another replay of the topic runs, or ran while this one was expelled from its group; `topic_recreated`: the topic was
 *   created again meanwhile; `filter_failed`: the filter threw, for the record that the text names
 * @throws what the client throws when the broker does not answer
 */
export async function replay(kafka: ClientMaker, options: ReplayOptions): Promise<ReplayReport> {
  const clients = clientsOf('replay', kafka);
  const checked = checkReplay(options);
  const { signal, dryRun } = checked;
  const tally = new ReplayTally();
  const ended = signal?.aborted === true ? 'aborted' : await endInTime(run(clients, checked, tally), signal, () => 'aborted' as const);
  return tally.report(ended, dryRun);
}

async function run(clients: EngineClients, options: CheckedReplay, tally: ReplayTally): Promise<Ended> {
  const { from, to } = options;
  const admin = clients.admin();
  try {
    await admin.connect();
    if (to !== undefined && !(await admin.listTopics()).includes(to)) {
      const what = `The topic "${to}", to which replay is to send, does not exist, or this client may not see it.`;
      throw new KafkaTracingError('topic_missing', what);
    }
    // Awaited: the client must stay until the replay has ended.
    return await withSpan(`replay ${from}`, (span) => runIn(span, clients, admin, options, tally), { kind: SpanKind.INTERNAL });
  } finally {
    await admin.disconnect();
  }
}

async function runIn(span: Span, clients: EngineClients, admin: AdminPort, options: CheckedReplay, tally: ReplayTally): Promise<Ended> {
  const { from, account, groupId, dryRun, places, signal, consumer } = options;
  if (isSpanContextValid(span.spanContext())) tally.traceId = span.spanContext().traceId;
  // Without an SDK every header is passed through unchanged, those of other tracers, too.
  const isTraced = tally.traceId !== undefined || options.tracing.tracerProvider !== undefined;
  const producer = new ReplayProducer(clients, options.producer, isTraced ? options.tracing : undefined);
  const replayRun = new ReplayRun(options, { admin, producer, tally, span: contextApi.active() });
  const reading = { topic: from, progressOf: groupId, records: places, signal, consumer };
  const handle: HandleRecord = (partition, message) => replayRun.handle(partition, message);
  try {
    // A dry run is in nobody's way.
    const joined = dryRun ? `${account}.dry-run-${randomUUID()}` : groupId;
    const commits = dryRun ? undefined : replayRun;
    const ended = await readTopic(clients, admin, { ...reading, groupId: joined, commits }, handle);
    replayRun.noteLeftOut();
    if (ended === 'at the end') replayRun.noteMissing();
    // The broker may already have removed a group that never committed.
    if (dryRun) await admin.deleteGroups([joined]).catch(() => {});
    return ended;
  } finally {
    for (const [outcome, count] of Object.entries(tally.counts)) span.setAttribute(`tracelink.replay.${snakeCase(outcome)}`, count);
    await producer.disconnect();
  }
}

/** The form of attribute names: `replay_limit_reached`. */
function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
