import { isDeadLetterTopic } from '../../dead-letters/dead-letter-topics.ts';
import { DeadLetterHeaderBag } from '../../dead-letters/headers/dead-letter-headers.ts';
import { writers } from '../../dead-letters/writers/writers.ts';
import { DeliveryHeader } from '../../subscribe/headers/delivery-headers.ts';
import type { SeenRecord } from '../records/seen-record.ts';
import type { RecordRule } from './rule.ts';

/** Headers in which a framework names the topic that a record failed in. */
const origins = [
  'kafka_original-topic',
  'kafka_dlt-original-topic',
  'x-original-topic',
  'delayed-retry-topic',
  'dead-letter-topic',
  'topic_poisoned',
];

/** What is wrong with records of dead-letter and retry topics, and with those that came back from them. */
export const deadLetters: readonly RecordRule[] = [
  {
    of: 'record',
    id: 'dead-letter-without-origin',
    title: 'A dead-letter record does not say where it came from.',
    effect: 'Nobody can tell why it failed, and replay has no topic to send it to.',
    fix: 'Have the writer add its headers (Connect: errors.deadletterqueue.context.headers.enable=true), or replay it with --to.',
    causes: 'Camel 4.22.0, Kafka Connect without context headers, producers written by hand',
    docs: 'replay.md#who-writes-what',
    inspect: ({ topic, headers }) =>
      isDeadLetterTopic(topic) && writerOf(headers) === undefined ? { seen: 'no header of a writer' } : undefined,
  },
  {
    of: 'record',
    id: 'dead-letter-without-payload',
    title: 'A dead-letter record has neither the record nor its trace.',
    effect: 'It cannot be sent again, and nothing leads from it to the trace: it says only where the record stood.',
    fix: 'Set errors.deadletterqueue.copy.record.enable=true for the group. Until retention removes it, npx @tracelink/kafka dead-letters show reads the record where it stood.',
    causes: 'share groups of Kafka 4.4.0 as they come',
    docs: 'replay.md#dead-letter-records-of-other-software',
    inspect: ({ headers, key, hasValue }) =>
      writerOf(headers) === 'share group' && key === null && !hasValue ? { seen: 'of a share group, key and value null' } : undefined,
  },
  {
    of: 'record',
    id: 'dead-letter-without-attempt',
    title: 'A dead-letter record of tracelink does not name the attempt that failed.',
    effect: 'Its replay has nothing to link to: the chain of attempts breaks.',
    fix: 'Start an SDK in the service that subscribes, before it subscribes.',
    docs: 'retries-and-dead-letters.md#in-the-trace',
    inspect: ({ headers }) =>
      writerOf(headers) === 'tracelink' && !headers.has(DeliveryHeader.FAILED_ATTEMPT)
        ? { seen: `no ${DeliveryHeader.FAILED_ATTEMPT}` }
        : undefined,
  },
  {
    of: 'record',
    id: 'failure-headers-left',
    title: 'A record that came back to its topic still has the headers of its failure.',
    effect:
      'Frameworks believe them: with retry_topic-attempts Spring gives it one attempt, and its next dead-letter record names the wrong origin.',
    fix: 'Replay by npx @tracelink/kafka replay, which takes them away.',
    causes: 'copies of dead-letter records of Spring, Spring Cloud Stream, SmallRye and Watermill by hand or by kcat',
    docs: 'replay.md#dead-letter-records-of-other-software',
    inspect({ topic, headers }) {
      const left = origins.find((name) => headers.values(name).at(0)?.toString() === topic);
      return left === undefined ? undefined : { seen: `${left} is this topic` };
    },
  },
];

function writerOf(headers: SeenRecord['headers']): string | undefined {
  const failed = new DeadLetterHeaderBag(Object.fromEntries(headers.all.map(({ name, values }) => [name, values as Buffer[]])));
  return writers.find(({ wrote }) => wrote(failed))?.name;
}
