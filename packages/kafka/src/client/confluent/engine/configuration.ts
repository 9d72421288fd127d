import { KafkaTracingError } from '../../../core/kafka-tracing-error.ts';
import type { MemberConfig, MemberTiming } from '../../port/group-member.ts';

/** A configuration of librdkafka, by its names. */
export type Config = Readonly<Record<string, string | number | boolean | undefined>>;

// Milliseconds, as of the other clients. librdkafka's own are 45 s and 3 s.
const sessionTimeout = 30_000;
const heartbeatInterval = 3_000;
const rebalanceTimeout = 300_000;

// Bytes of one partition in one fetch, as librdkafka and the other clients have it.
const batchBytes = 1_048_576;

// Milliseconds after which what is known of topics is asked for again.
const metadataMaxAge = 30_000;

// Milliseconds between two statistics, which tell that the coordinator has answered.
const longestStatistics = 1_000;

/** With other values a member could lose records, or commit them unhandled; or it would not be told what it loses. */
const ofMember = {
  'group.protocol': 'classic',
  'enable.auto.commit': false,
  'enable.auto.offset.store': false,
  // The engine decides where a partition starts. This setting makes the client reset to where nothing is lost.
  'auto.offset.reset': 'earliest',
  'isolation.level': 'read_committed',
  'enable.partition.eof': true,
  'allow.auto.create.topics': false,
} as const;

/** Callbacks that are the engine's. */
const callbacks = ['rebalance_cb', 'offset_commit_cb', 'event_cb', 'consume_cb'] as const;

/** Whoever needs librdkafka's log of its metadata: the id of the cluster, changes of topics. */
function withMetadataLog({ debug, ...config }: Config): Config {
  return { ...config, debug: typeof debug === 'string' && debug !== '' ? `${debug},metadata` : 'metadata', log_level: 7 };
}

export function adminConfig(base: Config): Config {
  return withMetadataLog({ ...base, 'allow.auto.create.topics': false });
}

/** What librdkafka has of each topic: among the options of a client it would be without effect beside those of a topic. */
const ofTopics = [
  'acks',
  'request.required.acks',
  'message.timeout.ms',
  'delivery.timeout.ms',
  'request.timeout.ms',
  'partitioner',
  'compression.level',
  'auto.offset.reset',
] as const;

function apart(all: Config): { readonly config: Config; readonly topicConfig: Config } {
  const isOfTopics = (name: string): boolean => (ofTopics as readonly string[]).includes(name);
  const part = (ofTopic: boolean): Config => Object.fromEntries(Object.entries(all).filter(([name]) => isOfTopics(name) === ofTopic));
  return { config: part(false), topicConfig: part(true) };
}

/** The options of a client, and those of its topics. */
interface Configured {
  readonly config: Config;
  readonly topicConfig: Config;
  readonly clientId: string;
}

/**
 * @param taker the function that the error names
 * @throws {KafkaTracingError} `invalid_option`
 */
export function producerConfig(taker: string, base: Config, given: Config): Configured {
  // One setting by two names, of which librdkafka heeds the last.
  const { acks: _acks, 'request.required.acks': _requiredAcks, ...asked } = { ...base, ...given };
  if ('kafkaJS' in asked) throw invalid(taker, ofItsKafkaJS);
  const all: Config = {
    'linger.ms': 0,
    // Of one record: the broker says what is too large for its topic. Of several at once: far below what a broker refuses.
    'message.max.bytes': 1_000_000_000,
    'batch.size': 131_072,
    // As Java's clients and kafkajs: librdkafka's own sends keys to other partitions.
    partitioner: 'murmur2_random',
    // Milliseconds: the engine blocks the partition, and tries again.
    'message.timeout.ms': 30_000,
    ...asked,
    acks: -1,
    // It takes effect for producers, too, which create topics by default.
    'allow.auto.create.topics': false,
    dr_cb: true,
  };
  return { ...apart(all), clientId: clientIdOf(all) };
}

/** For a producer whose records stay in order: the broker takes them in no other (see `OrderedSender`). */
export const ordered: Config = { 'enable.idempotence': true };

/** For an idempotent producer: with what it refuses when it connects, nothing would be sent. @throws {KafkaTracingError} `invalid_option` */
export function refuseUnordered(taker: string, asked: Config): void {
  if (String(asked['enable.idempotence'] ?? true) === 'false') return;
  for (const name of ['max.in.flight', 'max.in.flight.requests.per.connection'])
    if (Number(asked[name] ?? 1) > 5) throw invalid(taker, `"${name}" to be at most 5: its producers are idempotent.`);
  for (const name of ['retries', 'message.send.max.retries'])
    if (Number(asked[name] ?? 1) < 1) throw invalid(taker, `"${name}" to be at least 1: its producers are idempotent.`);
}

/** For a producer that begins none: it would send nothing. @throws {KafkaTracingError} `invalid_option` */
export function refuseTransactions(taker: string, asked: Config): void {
  if (asked['transactional.id'] !== undefined) throw invalid(taker, 'no "transactional.id": it sends outside of transactions.');
}

/**
 * @param taker the function that the error names
 * @throws {KafkaTracingError} `invalid_option`
 */
export function memberConfig(
  taker: string,
  base: Config,
  given: Config,
  { groupId, sessionTimeout: shortSession }: Pick<MemberConfig, 'groupId' | 'sessionTimeout'>,
): Configured & { readonly timing: MemberTiming; readonly batchBytes: number } {
  const asked: Config = { ...base, ...given };
  refuseUnfit(taker, asked);
  const timing = {
    sessionTimeout: Number(asked['session.timeout.ms'] ?? shortSession ?? sessionTimeout),
    heartbeatInterval: Number(asked['heartbeat.interval.ms'] ?? heartbeatInterval),
    longestFetch: 0,
  };
  // librdkafka says it when it connects, in an error without a code.
  if (Number(asked['max.poll.interval.ms']) < timing.sessionTimeout)
    throw invalid(taker, `"max.poll.interval.ms" to be no shorter than its session, ${timing.sessionTimeout}.`);
  const config = withMetadataLog({
    'fetch.wait.max.ms': 500,
    // A fetch or two ahead: what is fetched ahead of a partition that waits is thrown away. librdkafka has 64 MB, and a second's rest.
    'queued.min.messages': 1_000,
    'queued.max.messages.kbytes': 2_048,
    'fetch.queue.backoff.ms': 10,
    'fetch.error.backoff.ms': 200,
    'topic.metadata.refresh.interval.ms': metadataMaxAge,
    'max.poll.interval.ms': Math.max(rebalanceTimeout, timing.sessionTimeout),
    ...asked,
    'session.timeout.ms': timing.sessionTimeout,
    'heartbeat.interval.ms': timing.heartbeatInterval,
    'statistics.interval.ms': Math.min(longestStatistics, Math.ceil(timing.heartbeatInterval / 2)),
    ...ofMember,
    'group.id': groupId,
  });
  return {
    ...apart(config),
    timing,
    clientId: clientIdOf(asked),
    batchBytes: Number(asked['max.partition.fetch.bytes'] ?? asked['fetch.message.max.bytes'] ?? batchBytes),
  };
}

/** As librdkafka has it where no option says it. */
function clientIdOf(config: Config): string {
  return String(config['client.id'] ?? 'rdkafka');
}

function refuseUnfit(taker: string, asked: Config): void {
  for (const name of ['session.timeout.ms', 'heartbeat.interval.ms'])
    if (Number.isNaN(Number(asked[name] ?? 0))) throw invalid(taker, `"${name}" to be milliseconds, not "${String(asked[name])}".`);
  if (asked['group.protocol'] === 'consumer')
    throw invalid(taker, `"group.protocol" to be 'classic': a member of the other protocol is not told what it loses.`);
  if (String(asked['partition.assignment.strategy'] ?? '').includes('cooperative'))
    throw invalid(
      taker,
      '"partition.assignment.strategy" to be "range" or "roundrobin": of the cooperative one it is not told all that it has.',
    );
  for (const [name, needed] of Object.entries(ofMember))
    if (asked[name] !== undefined && String(asked[name]) !== String(needed)) throw invalid(taker, `"${name}" to be ${String(needed)}.`);
  const taken = callbacks.find((name) => asked[name] !== undefined);
  if (taken !== undefined) throw invalid(taker, `no "${taken}": it has one of its own.`);
  if ('kafkaJS' in asked) throw invalid(taker, ofItsKafkaJS);
}

const ofItsKafkaJS = `librdkafka's own names in place of "kafkaJS".`;

function invalid(taker: string, what: string): KafkaTracingError {
  return new KafkaTracingError('invalid_option', `${taker} needs of this client ${what}`);
}
