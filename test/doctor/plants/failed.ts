import { TracerProvider } from '@opentelemetry/sdk-trace';
import { wrapProducer } from '@tracelink/kafka';
import { subscribe } from '@tracelink/kafka/subscribe';
import type { Relation } from '@tracelink/propagation';
import { Kafka, logLevel } from 'kafkajs';
import { bytesOf, keptDeadLetters as keptRuns } from '../../dead-letters/fixture.ts';
import { writeRecords, type RawRecord } from '../../recorded/write-records.ts';
import { traceparent } from './plant.ts';

/** The topic of a record that failed, and the one that it was sent to. */
interface FailedTopics {
  readonly origin: string;
  readonly failures: string;
}

/** A record that failed, sent to a retry or dead-letter topic. */
export interface FailedPlant {
  readonly by: string;
  /** Whether its trace is lost. */
  readonly isLost: boolean;
  readonly write: (brokers: readonly string[], topics: FailedTopics) => Promise<void>;
}

/** What has no trace of the record that it names. */
const losing = ['share-group', 'share-group-copy'];
/** What does not say which record of its topic failed, and lost the key by which it could be found. */
const placeless = ['watermill'];

/** @param trace whether the record that failed is that of the fixture, or one of another trace */
function ofFixture(name: string, trace: 'its own' | 'another'): FailedPlant {
  const fixture = keptRuns.read().get(name);
  const kept = fixture?.deadLetters[0];
  if (fixture === undefined || kept === undefined) throw new Error(`There is no record of ${name}`);
  const { source, software, versions } = fixture;
  const context = trace === 'another' ? traceparent() : traceparent(source);
  const record: RawRecord = { headers: [['traceparent', context]], timestamp: source.timestamp };
  return {
    by: `${software}: ${Object.entries(versions).flat().join(' ')}, of ${trace} trace`,
    isLost: losing.includes(name) || (trace === 'another' && !placeless.includes(name)),
    write(brokers, { origin, failures }) {
      const headers = kept.headers.map(([header, text]) => [header, text === source.topic ? origin : bytesOf(text)] as const);
      const failure = { headers, key: bytesOf(kept.key), value: kept.value, timestamp: kept.timestamp };
      return writeRecords(
        brokers,
        new Map([
          [origin, [record]],
          [failures, [failure]],
        ]),
      );
    },
  };
}

/** A handler that sends what it could not do to a topic of retries. */
function byHand(headers: 'kept' | 'forgotten'): FailedPlant {
  return {
    by: `kafkajs 2.2.4, a retry by hand, headers ${headers}`,
    isLost: headers === 'forgotten',
    async write(brokers, { origin, failures }) {
      const client = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
      const [producer, consumer] = [client.producer(), client.consumer({ groupId: `${failures}-group` })];
      await Promise.all([producer.connect(), consumer.connect()]);
      const message = { key: 'order-7', value: 'tea', headers: { traceparent: traceparent() } };
      await producer.send({ topic: origin, messages: [message] });
      await consumer.subscribe({ topic: origin, fromBeginning: true });
      const sent = Promise.withResolvers<void>();
      await consumer.run({
        async eachMessage({ message: { key, value, headers: received } }) {
          await producer.send({ topic: failures, messages: [{ key, value, ...(headers === 'kept' && { headers: received ?? {} }) }] });
          sent.resolve();
        },
      });
      await sent.promise;
      await Promise.all([producer.disconnect(), consumer.disconnect()]);
    },
  };
}

/** A message whose handler fails, with its dead letter. */
function bySubscribe(relation: Relation): FailedPlant {
  const tracerProvider = new TracerProvider();
  return {
    by: `tracelink, relation: "${relation}"`,
    isLost: false,
    async write(brokers, { origin, failures }) {
      const client = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
      const producer = wrapProducer(client.producer(), { tracerProvider });
      await producer.connect();
      await producer.send({ topic: origin, messages: [{ key: 'order-7', value: 'tea' }] });
      await producer.disconnect();
      const handled = Promise.withResolvers<void>();
      await using _subscription = await subscribe(client, {
        groupId: `${failures}-group`,
        topics: [origin],
        fromBeginning: true,
        deadLetter: { topic: failures },
        tracing: { tracerProvider, relation },
        handler(_message, { deadLetter }) {
          handled.resolve();
          deadLetter('no such order');
        },
      });
      // Its end waits for the record.
      await handled.promise;
    },
  };
}

/** Only a key tells one record from another of the same value. */
const keyless: FailedPlant = {
  by: 'records of one value that have no key',
  isLost: false,
  write(brokers, { origin, failures }) {
    const ping = { key: null, value: 'ping' };
    return writeRecords(
      brokers,
      new Map([
        [origin, [{ ...ping, headers: [['traceparent', traceparent()]] }]],
        [failures, [{ ...ping, headers: [] }]],
      ]),
    );
  },
};

/** Equal keys and values in a topic of which nothing says where they come from. */
const twins: FailedPlant = {
  by: 'records of which two have one key and value',
  isLost: false,
  async write(brokers, { origin, failures }) {
    const ping = { key: 'ping', value: 'ping' };
    const traced = (): RawRecord => ({ ...ping, headers: [['traceparent', traceparent()]] });
    await writeRecords(
      brokers,
      new Map([
        [origin, [traced(), traced()]],
        [failures, [{ ...ping, headers: [] }]],
      ]),
    );
  },
};

/** By recorded records of each framework, by kafkajs, and by hand. */
export const failed: readonly FailedPlant[] = [
  ...[...keptRuns.read().keys()].flatMap((name) => [ofFixture(name, 'its own'), ofFixture(name, 'another')]),
  byHand('forgotten'),
  byHand('kept'),
  bySubscribe('parent'),
  bySubscribe('link'),
  twins,
  keyless,
];
