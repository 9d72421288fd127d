import { clientsOf, type ClientMaker } from '../client/client-maker.ts';
import type { AdminPort } from '../client/port/admin.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { orAborted } from '../core/aborted-work.ts';
import {
  aFunction,
  aSignal,
  checkOptions,
  hasMethods,
  oneOf,
  someTexts,
  wholeNumber,
  type Rule as OptionRule,
} from '../core/option-rules.ts';
import type { Diagnosis, Finding, FindingExample, TopicDiagnosis } from './diagnosis.ts';
import { askForTraces } from './back-ends/ask-for-traces.ts';
import type { TraceBackEnd } from './back-ends/back-ends.ts';
import { OriginLog } from './examine/origin-log.ts';
import { SpanLog } from './examine/span-log.ts';
import { TopicExamination } from './examine/topic-examination.ts';
import { TailsReading, type TailsRead } from './read/topic-tails.ts';
import { seenRecord } from './records/seen-record.ts';
import type { Rule } from './rules/rule.ts';
import { rules } from './rules/rules.ts';

/** Options of `diagnose`. */
export interface DiagnoseOptions {
  /** The topics to look at, at least one. @default those of `groups`; without any, all but Kafka's own */
  readonly topics?: readonly string[];
  /** Consumer groups, at least one: the topics that they have committed, and that are there, are looked at, too. @default none */
  readonly groups?: readonly string[];
  /** The most records that are read of each partition, from its end, from 1. @default 100 */
  readonly last?: number;
  /**
   * Asked for the newest 20 of the sampled traces that the records of a topic name, and for five that are not sampled, each of records
   * older than half a minute: {@link jaegerBackEnd}, {@link studioBackEnd}, {@link tempoBackEnd}, or your own.
   *
   * @default none
   */
  readonly backEnd?: TraceBackEnd;
  /** Leaves keys and values of headers out of the result. @default false */
  readonly redact?: boolean;
  /**
   * Ends the reading at once; what was read until then is diagnosed, and called partial. Before anything could be read `diagnose` rejects
   * with its reason. The clients close behind it, which takes as long as the broker holds a fetch back.
   *
   * @default none
   */
  readonly signal?: AbortSignal;
  /** Called for each record that was read. @default none */
  readonly onRecord?: (topic: string) => void;
}

const names = someTexts('names');
const optionRules: Readonly<Record<keyof DiagnoseOptions, OptionRule>> = {
  topics: names,
  groups: names,
  last: wholeNumber('records', 1),
  backEnd: { must: 'what has a method hasTrace', accepts: (value) => hasMethods(value, 'hasTrace') },
  redact: oneOf(true, false),
  signal: aSignal,
  onRecord: aFunction,
};

const recordRules = rules.filter((rule) => rule.of === 'record');

/**
 * Reads the last records of topics and says what is wrong with their trace headers, what that does to the trace, and the fix.
 * No group of yours is joined, nothing is sent or committed. Memory is bounded, whatever the topics hold.
 *
 * @param kafka makes the admin client and the consumer that read
 * @throws {KafkaTracingError} `not_a_client`, `unknown_option`, `invalid_option`; `topic_missing`: there is no such topic, or none at all
 * @throws {KafkaTracingError} `group_missing`: a group of `groups` has committed nothing
 * @throws {KafkaTracingError} `back_end`: the back end does not answer
 * @throws the reason of a signal that comes before it knows what there is to read
 * @throws what the client throws when the broker does not answer, when there is one topic only and the account may not read it, or when a
 * codec is not installed
 */
export async function diagnose(kafka: ClientMaker, options: DiagnoseOptions = {}): Promise<Diagnosis> {
  const clients = clientsOf('diagnose', kafka);
  checkOptions('diagnose', options, optionRules);
  const { signal, backEnd } = options;
  signal?.throwIfAborted();
  const topics = new Map<string, TopicExamination>();
  const reading = new TailsReading();
  const admin = clients.admin();
  const look = async (): Promise<void> => {
    try {
      await admin.connect();
      const chosen = await topicsOf(admin, options);
      const logs = { spans: new SpanLog(), origins: new OriginLog(chosen), now: Date.now() };
      for (const topic of chosen) topics.set(topic, new TopicExamination(topic, recordRules, logs));
      const tails = { topics: chosen, named: options.topics ?? [], last: options.last ?? 100, signal };
      await reading.read(clients, admin, tails, (topic, partition, record) => {
        const seen = seenRecord(topic, partition, record);
        topics.get(topic)?.add(seen);
        logs.origins.add(seen, record);
        options.onRecord?.(topic);
      });
    } finally {
      await admin.disconnect();
    }
    if (backEnd === undefined) return;
    for (const topic of topics.values()) topic.asked = await askForTraces(backEnd, topic.namedTraces, signal);
  };
  const isPartial = await isCutShort(look(), signal);
  const tails = reading.end();
  if (tails === undefined) {
    // It would repeat its request for a minute where the broker is away.
    admin.disconnect().catch(() => {});
    throw signal?.reason;
  }
  // One that is gone was not looked at.
  const looked = [...topics.values()].filter(({ topic }) => tails.partitions.has(topic));
  const found = looked.map((topic) => diagnosisOf(topic, tails, options.redact === true));
  return {
    healthy:
      !isPartial &&
      (backEnd === undefined || found.some(({ tracesAsked = 0 }) => tracesAsked > 0)) &&
      found.every(({ findings, unreadPartitions }) => findings.length === 0 && unreadPartitions === 0),
    partial: isPartial,
    records: found.reduce((sum, { records }) => sum + records, 0),
    topics: found,
  };
}

/** Whether the signal came before the end of the work, which then goes on without anyone. @throws what the work rejects with before that */
async function isCutShort(work: Promise<void>, signal: AbortSignal | undefined): Promise<boolean> {
  if (signal === undefined) {
    await work;
    return false;
  }
  try {
    await orAborted(work, signal);
    return false;
  } catch (error) {
    if (!signal.aborted) throw error;
    return true;
  }
}

async function topicsOf(admin: AdminPort, { topics, groups = [] }: DiagnoseOptions): Promise<readonly string[]> {
  const chosen = new Set(topics);
  for (const groupId of groups) {
    const offsets = await admin.fetchOffsets({ groupId });
    const committed = offsets.filter(({ partitions }) => partitions.some(({ offset }) => BigInt(offset) >= 0n));
    // A misspelt name would be found healthy.
    if (committed.length === 0)
      throw new KafkaTracingError('group_missing', `The group "${groupId}" has committed nothing, or this client may not see it.`);
    for (const { topic } of committed) chosen.add(topic);
  }
  if (topics === undefined && groups.length === 0)
    for (const topic of await admin.listTopics()) if (!topic.startsWith('__')) chosen.add(topic);
  return [...chosen].sort();
}

function diagnosisOf(topic: TopicExamination, { partitions, unread }: TailsRead, redact: boolean): TopicDiagnosis {
  return {
    topic: topic.topic,
    partitions: partitions.get(topic.topic) ?? 0,
    unreadPartitions: unread.get(topic.topic) ?? 0,
    records: topic.records,
    withContext: topic.withContext,
    senders: Object.fromEntries(topic.senders),
    formats: Object.fromEntries(topic.formats),
    ...(topic.asked !== undefined && { tracesAsked: topic.asked.length }),
    findings: rules.flatMap((rule) => findingOf(rule, topic, redact) ?? []),
  };
}

function findingOf(rule: Rule, topic: TopicExamination, redact: boolean): Finding | undefined {
  const seen: Seen | undefined = rule.of === 'record' ? topic.tallies.get(rule) : ofTopic(rule, topic);
  if (seen === undefined) return undefined;
  const { id, title, effect, fix, causes, docs } = rule;
  const examples = seen.examples.map((example) => shown(example, redact));
  const { records, of = topic.records } = seen;
  return { rule: id, title, records, of, share: records / of, effect, fix, causes, docs, examples };
}

/** What a rule has seen. */
interface Seen {
  readonly records: number;
  readonly of?: number | undefined;
  readonly examples: readonly TopicExample[];
}

function ofTopic(rule: Rule & { readonly of: 'topic' }, topic: TopicExamination): Seen | undefined {
  const found = rule.inspect(topic);
  return found && { records: found.records, of: found.of, examples: found.places.map((place) => ({ ...place, seen: found.seen })) };
}

function shown({ partition, offset, seen, value, key }: TopicExample, redact: boolean): FindingExample {
  return {
    partition,
    offset,
    seen,
    ...(value !== undefined && !redact && { value }),
    ...(key !== undefined && !redact && { key }),
  };
}

type TopicExample = { readonly value?: string | undefined; readonly key?: Buffer | null } & Omit<FindingExample, 'value' | 'key'>;
